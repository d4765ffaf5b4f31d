"""A token classifier of a few hundred kilobytes that llmlingua loads as a LLMLingua-2 model, made on the spot.

It knows a list of small words, which it wants dropped; of every other word it has only the letters, and wants them kept. It
shows that the engine works, not how well a real model compresses. Needs torch and transformers; fetches nothing.

    python tests/tiny_model.py FOLDER [bert|xlmr]     prints the folder of the model
"""

from __future__ import annotations

import json
import math
import string
import sys
from pathlib import Path
from typing import Any

SMALL = [
    "please",
    "kindly",
    "just",
    "really",
    "very",
    "quite",
    "simply",
    "basically",
    "actually",
    "also",
    "then",
    "so",
    "the",
    "a",
    "an",
    "of",
    "to",
    "and",
    "that",
    "which",
    "in",
    "on",
    "for",
    "with",
    "is",
    "are",
    "be",
    "it",
    "this",
    "Please",
    "Kindly",
    "Just",
    "Really",
    "Very",
    "Quite",
    "Simply",
    "Basically",
    "Actually",
    "Also",
    "Then",
    "So",
    "The",
    "A",
    "An",
]
HIDDEN = 32
# llmlingua knows the kind of a model from a part of its path.
NAMES = {"bert": "tiny-bert-base-multilingual-cased", "xlmr": "tiny-xlm-roberta-large"}


def make(folder: Path, kind: str = "bert") -> Path:
    """Make the model in a folder below `folder`."""
    tokenizer = _bert_tokenizer() if kind == "bert" else _xlmr_tokenizer()
    model = _model(kind, len(tokenizer))
    _set_weights(model, tokenizer)
    target = folder / NAMES[kind]
    model.save_pretrained(target)
    tokenizer.save_pretrained(target)
    # transformers 5 names a class there that 4 does not have; both have this one.
    config = target / "tokenizer_config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "tokenizer_class": "PreTrainedTokenizerFast"}))
    return target


def _bert_tokenizer() -> Any:
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}  # fmt: skip
    letters = [c for c in string.printable if not c.isspace()]
    words = dict.fromkeys([*special.values(), *letters, *(f"##{c}" for c in letters), *SMALL])
    tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=512, **special)


def _xlmr_tokenizer() -> Any:
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    special = {
        "bos_token": "<s>",
        "pad_token": "<pad>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "mask_token": "<mask>",
    }
    letters = [c for c in string.printable if not c.isspace()]
    pieces = [*((f"▁{word}", -1.0) for word in SMALL), *((c, -5.0) for c in ("▁", *letters))]
    tokenizer = Tokenizer(models.Unigram([*((name, 0.0) for name in special.values()), *pieces], unk_id=3))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.decoder = decoders.Metaspace()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=512, cls_token="<s>", sep_token="</s>", **special
    )


def _model(kind: str, size: int) -> Any:
    import transformers

    common = {
        "vocab_size": size,
        "hidden_size": HIDDEN,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": HIDDEN,
        "num_labels": 2,
    }
    if kind == "bert":
        config = transformers.BertConfig(max_position_embeddings=512, **common)
        return transformers.BertForTokenClassification(config)
    config = transformers.XLMRobertaConfig(
        max_position_embeddings=514, type_vocab_size=1, bos_token_id=0, pad_token_id=1, eos_token_id=2, **common
    )
    return transformers.XLMRobertaForTokenClassification(config)


def _set_weights(model: Any, tokenizer: Any) -> None:
    """Layers that hand on what they get, and a head that reads one angle: below zero drop, above keep, no two the same."""
    import torch

    with torch.no_grad():
        for weights in model.parameters():
            weights.zero_()
        for module in model.modules():
            if isinstance(module, torch.nn.LayerNorm):
                module.weight.fill_(1.0)
        words = model.get_input_embeddings().weight
        for token, i in tokenizer.get_vocab().items():
            share = (i + 1) / (len(tokenizer) + 1)
            angle = -0.2 - share if token.lstrip("▁") in SMALL else 0.2 + share
            # Mean 0 and the same length for all, so that the layer norm keeps the angle.
            for at, value in ((0, math.sin(angle)), (2, math.cos(angle))):
                words[i, at], words[i, at + 1] = value, -value
        model.classifier.weight[1, 0], model.classifier.weight[0, 0] = 1.0, -1.0


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), *sys.argv[2:3]))
