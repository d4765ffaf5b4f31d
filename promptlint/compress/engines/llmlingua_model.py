"""A LLMLingua-2 model on this machine, loaded once, with every trap of llmlingua 0.2.2 that was met stepped around."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from promptlint.compress.engines import EngineError, Settings

_INSTALL = (
    "--engine llmlingua needs llmlingua, which is not installed: install a CPU build of torch first (pip takes the one with "
    "CUDA, 5 GB, otherwise), then pip install 'promptlint-budget[llmlingua]'"
)
# What llmlingua looks for in the name of a model to know how its tokens are written; the type in its configuration.
_KINDS = {"bert-base-multilingual-cased": "bert", "xlm-roberta-large": "xlm-roberta"}
_HUB_NAME = "microsoft/llmlingua-2-bert-base-multilingual-cased-meetingbank"
_BETWEEN_WORDS, _BETWEEN_LABELS = "\x1f", "\x1e"


class _Configuration(Struct):
    """What is read of a model's `config.json`."""

    model_type: str = ""
    architectures: list[str] = []


class LocalModel:
    """The classifier of a folder. It is found and checked at once, and loaded when it is first asked."""

    def __init__(self, settings: Settings) -> None:
        if importlib.util.find_spec("llmlingua") is None:
            raise EngineError(_INSTALL)
        # Trap 15: a rate of 0 is an error there, one above 1 is taken as 1. Trap 7: a rate of 1 tears texts apart, too.
        if not 0 < settings.rate < 1:
            raise EngineError(f"--rate {settings.rate:g}: it is the share of words to keep, above 0 and below 1")
        self._settings = settings
        self._folder = _folder(settings)
        _check(self._folder)
        self._compressor: Any = None  # Any: llmlingua has no types, and is not installed where they are checked

    def label(self, text: str) -> list[tuple[str, bool]]:
        """The words of a text, and whether to keep each. Raises `EngineError`, and `ValueError` for a text it cannot take."""
        if self._compressor is None:
            self._compressor = _loaded(self._folder, self._settings)
        try:
            # Never `structured_compress_prompt`: with LLMLingua-2 its tags are ignored or end in an error (trap 6, its
            # issue 114). No `force_tokens` (trap 9) and no `force_reserve_digit` (trap 10): see `_steering`. Without
            # `use_context_level_filter=False` a list of texts loses whole ones (trap 13). Of its answer only the labels are
            # read: the text is torn apart (traps 7 and 14) or empty (trap 11).
            with _quiet(), _same_chance():
                found = self._compressor.compress_prompt(
                    [text],
                    rate=self._settings.rate,
                    use_context_level_filter=False,
                    return_word_label=True,
                    word_sep=_BETWEEN_WORDS,
                    label_sep=_BETWEEN_LABELS,
                )
        except NotImplementedError:
            raise EngineError(_names(self._folder)) from None
        except (ValueError, IndexError, ZeroDivisionError, AssertionError, KeyError) as error:
            raise ValueError(f"llmlingua failed on it ({type(error).__name__})") from None
        labels = [
            word.rpartition(_BETWEEN_LABELS) for word in found["fn_labeled_original_prompt"].split(_BETWEEN_WORDS)
        ]
        return [(word, label == "1") for word, _, label in labels]


def _folder(settings: Settings) -> Path:
    """The folder of `--model`: a path, or a name on the hub that was downloaded before, or is now if that is allowed."""
    name = settings.model
    if not name:
        raise EngineError(
            f"--engine llmlingua needs --model, the folder of a LLMLingua-2 model, or a name on the hub ({_HUB_NAME}) with "
            "--allow-download"
        )
    path = Path(name).expanduser()
    if path.is_dir():
        return path.resolve()
    if path.is_absolute() or name.startswith((".", "~")) or name.count("/") != 1:
        raise EngineError(f"--model {name}: there is no such folder")
    _check_name(name, name)
    import huggingface_hub

    with _quiet():
        try:
            return Path(huggingface_hub.snapshot_download(name, local_files_only=not settings.allow_download))
        except (OSError, ValueError, RuntimeError) as error:  # trap 17: an unreachable hub is an OSError
            if settings.allow_download:
                raise EngineError(
                    f"--model {name} could not be downloaded ({type(error).__name__}): check the name and the network, or "
                    "download the folder elsewhere and pass its path"
                ) from None
    raise EngineError(
        f"--model {name}: there is no such folder, and no model of that name was downloaded before; --allow-download fetches "
        "it from the hub"
    )


def _check(folder: Path) -> None:
    """Trap 3: the name decides how tokens are read, and a wrong one fails at the first text with no word of explanation."""
    try:
        config = msgspec.json.decode((folder / "config.json").read_bytes(), type=_Configuration)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        raise EngineError(f"--model {folder}: there is no config.json that can be read, so this is no model") from None
    if not any("ForTokenClassification" in name for name in config.architectures):
        raise EngineError(
            f"--model {folder}: this is no LLMLingua-2 model (a token classifier), but {config.architectures}"
        )
    _check_name(str(folder), str(folder))
    # llmlingua tests in this order.
    kind = next(kind for part, kind in _KINDS.items() if part in str(folder))
    if config.model_type != kind:
        raise EngineError(
            f"--model {folder}: its name says {kind}, its config.json {config.model_type or 'nothing'}; {_names(folder)}"
        )


def _check_name(name: str, shown: str) -> None:
    if not any(part in name for part in _KINDS):
        raise EngineError(f"--model {shown}: {_names(Path(name))}")


def _names(folder: Path) -> str:
    known = " or ".join(f"`{part}`" for part in _KINDS)
    return f"llmlingua reads the kind of a model from its name: the path of the folder must hold {known}"


def _loaded(folder: Path, settings: Settings) -> Any:
    """The compressor of a folder. Nothing is downloaded, and random numbers and the environment are as they were."""
    try:
        with _offline(), _quiet(), _table(settings), _same_chance():
            from llmlingua import PromptCompressor

            # Trap 16: its data set looks up special tokens by the names of BERT whatever the model; nothing to be done.
            return PromptCompressor(
                model_name=str(folder),
                use_llmlingua2=True,
                device_map="cpu",  # trap 2: "cuda" is its default, and an AssertionError without one
                model_config={
                    "trust_remote_code": False
                },  # trap 4: True there; and its default dict is shared and written
            )
    except ImportError as error:
        raise EngineError(f"{_INSTALL} ({error})") from None
    except (OSError, ValueError, RuntimeError, KeyError, AttributeError) as error:
        said = " ".join(str(error).split())[:300]
        raise EngineError(f"--model {folder} could not be loaded ({type(error).__name__}: {said})") from None


@contextlib.contextmanager
def _table(settings: Settings) -> Iterator[None]:
    """Trap 1: it asks tiktoken for cl100k_base, which downloads it. Ours is put into tiktoken's own table meanwhile.

    It has no special tokens, so that `<|endoftext|>` in a text is plain text and no error (trap 12). What it counts is not
    used: tokens are counted for the prompt's own model.
    """
    import tiktoken.registry

    name = "cl100k_base"
    table = tiktoken.registry.ENCODINGS
    before = table.get(name)
    if settings.encoding is not None:
        table[name] = settings.encoding()
    try:
        yield
    finally:
        if before is not None:
            table[name] = before
        else:
            table.pop(name, None)


@contextlib.contextmanager
def _same_chance() -> Iterator[None]:
    """Trap 5: making a compressor seeds `random`, numpy and torch for the whole process, and sets PYTHONHASHSEED.

    Reading its batches draws a number, too.
    """
    import numpy
    import torch

    states = random.getstate(), numpy.random.get_state(), torch.get_rng_state()
    seed = os.environ.get("PYTHONHASHSEED")
    try:
        yield
    finally:
        random.setstate(states[0])
        numpy.random.set_state(states[1])
        torch.set_rng_state(states[2])
        _set("PYTHONHASHSEED", seed)


@contextlib.contextmanager
def _offline() -> Iterator[None]:
    """No look-up of anything while a folder is loaded."""
    names = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            _set(name, value)


def _set(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Progress bars and warnings of the libraries do not go between our lines."""
    import logging
    import warnings

    before = {
        name: os.environ.get(name)
        for name in ("TQDM_DISABLE", "TRANSFORMERS_VERBOSITY", "HF_HUB_DISABLE_PROGRESS_BARS")
    }
    os.environ.update(TQDM_DISABLE="1", TRANSFORMERS_VERBOSITY="error", HF_HUB_DISABLE_PROGRESS_BARS="1")
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
        for name, value in before.items():
            _set(name, value)
