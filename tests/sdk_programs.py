"""Short programs for packages around the large SDKs: integrations, local engines, agents and smaller clients.

Each is (SDK, program, callee's last name, kind, model, cap) as in `test_sdks.PROGRAMS`.
"""

from __future__ import annotations

_OPENAI_LIKE = ".chat.completions.create(model='m-1', max_tokens=9, messages=[])"


def _made(module: str, name: str, made: str, used: str) -> str:
    """A program that makes an object of a module and uses it."""
    return f"from {module} import {name}\n{name}({made}).{used}"


def _llama_index(module: str, name: str, made: str, model: str = "m-1", cap: int | str = 9) -> tuple[object, ...]:
    text = _made(f"llama_index.llms.{module}", name, made, "complete('x')")
    return ("llama-index", text, "complete", "completion", model, cap)


def _llama_embedding(module: str, name: str, made: str) -> tuple[object, ...]:
    text = _made(f"llama_index.embeddings.{module}", name, made, "get_text_embedding('x')")
    return ("llama-index", text, "get_text_embedding", "embedding", "m-1", None)


def _haystack(module: str, name: str, made: str, cap: int | str) -> tuple[object, ...]:
    text = _made(f"haystack_integrations.components.generators.{module}", name, made, "run(messages=[])")
    return ("haystack", text, "run", "chat", "m-1", cap)


def _haystack_embedder(module: str, name: str, made: str) -> tuple[object, ...]:
    text = _made(f"haystack_integrations.components.embedders.{module}", name, made, "run(text='x')")
    return ("haystack", text, "run", "embedding", "m-1", None)


def _langchain(module: str, name: str, made: str, cap: int | str = 9) -> tuple[object, ...]:
    return ("langchain", _made(module, name, made, "invoke('x')"), "invoke", "chat", "m-1", cap)


def _langchain_embeddings(module: str, name: str) -> tuple[object, ...]:
    text = _made(module, name, "model='m-1'", "embed_query('x')")
    return ("langchain", text, "embed_query", "embedding", "m-1", None)


def _transformers(module: str, name: str, made: str) -> tuple[object, ...]:
    text = f"from {module} import {name}\nmodel = {name}.{made}\nmodel.generate(input_ids=x, max_new_tokens=9)"
    return ("transformers", text, "generate", "completion", "m-1", 9)


MORE = [
    ("text2vec", "from text2vec import SentenceModel\nSentenceModel('m-1').encode(['x'])", "encode", "embedding", "m-1", None),
    ("openai-legacy", "from openai.embeddings_utils import get_embedding\nget_embedding('x', 'm-1')", "get_embedding", "embedding", "m-1", None),
    ("openai-legacy", "from openai.embeddings_utils import get_embeddings\nget_embeddings(['x'], engine='m-1')", "get_embeddings", "embedding", "m-1", None),
    ("manifest", _made("manifest", "Manifest", "client_name='openai', engine='m-1'", "run('x', max_tokens=9)"), "run", "completion", "m-1", 9),
    ("manifest", _made("manifest", "Manifest", "client_name='openaiembedding', engine='m-embed'", "run('x')"), "run", "embedding", "m-embed", None),
    ("ai21", "import ai21\nai21.Completion.execute(model='m-1', prompt='x', maxTokens=9)", "execute", "completion", "m-1", 9),
    ("ai21", "import ai21\nai21.Chat.execute(model='m-1', messages=[], system='x')", "execute", "chat", "m-1", "none"),
    ("litellm", "import litellm\nlitellm.image_edit('p.png', 'x', 'm-1')", "image_edit", "image", "m-1", None),
    ("tensorzero", "from tensorzero import TensorZeroGateway\nwith TensorZeroGateway.build_http(gateway_url='u') as client:\n    client.inference(model_name='m-1', input={'messages': []}, params={'chat_completion': {'max_tokens': 9}})", "inference", "chat", "m-1", 9),
    ("tensorzero", "from tensorzero import AsyncTensorZeroGateway\nasync def ask():\n    client = await AsyncTensorZeroGateway.build_embedded()\n    await client.inference(function_name='f', input={'messages': []})", "inference", "chat", None, "none"),
    ("strands", "from strands.multiagent import Swarm\nSwarm([a, b]).invoke_async('x')", "invoke_async", "agent", None, "unknown"),
    ("llama-stack", "from llama_stack_client import LlamaStackClient\nLlamaStackClient().inference.openai_completion(model='m-1', prompt='x', max_tokens=9)", "openai_completion", "completion", "m-1", 9),
    ("llama-stack", "from llama_stack_client import Agent, LlamaStackClient\nAgent(LlamaStackClient(), model='m-1', instructions='x').create_turn(messages=[], session_id='s')", "create_turn", "agent", "m-1", "none"),
    ("openai-codex", "from openai_codex import Codex\nwith Codex() as codex:\n    codex.thread_start(model='m-1').run('x')", "run", "agent", "m-1", "unknown"),
    ("litellm", "import litellm\nlitellm.LiteLLM().chat.completions.create(model='m-1', messages=[], max_tokens=9)", "create", "chat", "m-1", 9),
    ("zhipuai", "import zhipuai\nzhipuai.model_api.invoke(model='m-1', prompt=[])", "invoke", "chat", "m-1", "none"),
    ("pydantic-ai", "from pydantic_ai import Agent\nfrom pydantic_ai.ui.vercel_ai import VercelAIAdapter\nVercelAIAdapter(agent=Agent('m-1'), run_input=r).run_stream()", "run_stream", "agent", "m-1", "none"),
    ("langchain", "from langchain_core.runnables import Runnable\ndef ask(llm: Runnable, x):\n    return llm.generate_prompt(x)", "generate_prompt", "chat", None, "unknown"),
    ("llama-index", "from llama_index.core import get_response_synthesizer\nget_response_synthesizer().synthesize('x', nodes=[])", "synthesize", "chat", None, "unknown"),
    ("llama-index", "from llama_index.core.agent import AgentRunner\ndef ask(agent: AgentRunner, task):\n    return agent.run_step(task)", "run_step", "agent", None, "unknown"),
    ("autogen", "from autogen import AssistantAgent, UserProxyAgent\neditor = AssistantAgent('e', llm_config={'config_list': [{'model': 'm-1', 'max_tokens': 9}]})\nUserProxyAgent('u', llm_config=False).initiate_chat(editor, message='x')", "initiate_chat", "agent", "m-1", 9),
    ("autogen", "from autogen_agentchat.base import Team\nTeam.load_component({}).run(task='x')", "run", "agent", None, "unknown"),
    ("autogen", "from autogen_core.models import ChatCompletionClient\nChatCompletionClient.load_component({}).create(messages=[])", "create", "chat", None, "unknown"),
    ("autogen", "from autogen_agentchat.agents import AssistantAgent\nAssistantAgent('a', m).on_messages([], None)", "on_messages", "agent", None, "unknown"),
    ("dashscope", "from dashscope.aigc.image_synthesis import AioImageSynthesis\nAioImageSynthesis.async_call(model='m-1', prompt='x')", "async_call", "image", "m-1", None),
    ("dashscope", "import dashscope\ndashscope.audio.qwen_tts.SpeechSynthesizer.call(model='m-1', text='x')", "call", "audio", "m-1", None),
    ("promptflow", "from promptflow.core import Prompty\nask = Prompty.load('p.prompty', model={'configuration': {'model': 'm-1'}})\nask(q='x')", "ask", "chat", "m-1", "unknown"),
    ("guidance", "import guidance\nask = guidance('{{gen}}', llm=guidance.llms.OpenAI('m-1'))\nask()", "ask", "completion", "m-1", "unknown"),
    ("sentence-transformers", "from pylate import models\nmodels.ColBERT('m-1').encode(['x'], is_query=True)", "encode", "embedding", "m-1", None),
    (
        "mixedbread",
        "from mixedbread import Mixedbread\nMixedbread(api_key='k').embed(model='m-1', input=['x'])",
        "embed",
        "embedding",
        "m-1",
        None,
    ),
    (
        "mixedbread",
        "from mixedbread_ai.client import MixedbreadAI\nMixedbreadAI(api_key='k').embeddings(model='m-1', input=['x'])",
        "embeddings",
        "embedding",
        "m-1",
        None,
    ),
    (
        "llm-inference-engine",
        "from llm_inference_engine import BasicLLMConfig, OpenAIInferenceEngine\nOpenAIInferenceEngine('m-1', config=BasicLLMConfig(9)).chat(messages=[])",
        "chat",
        "chat",
        "m-1",
        9,
    ),
    (
        "llm-inference-engine",
        "from llm_inference_engine import OllamaInferenceEngine\nOllamaInferenceEngine(model_name='m-1').chat_async(messages=[])",
        "chat_async",
        "chat",
        "m-1",
        "none",
    ),
    # What hands a model of transformers on.
    _transformers("peft", "AutoPeftModelForCausalLM", "from_pretrained('m-1')"),
    _transformers("optimum.onnxruntime", "ORTModelForCausalLM", "from_pretrained('m-1')"),
    _transformers("optimum.intel.openvino", "OVModelForCausalLM", "from_pretrained('m-1', export=True)"),
    _transformers("modelscope", "AutoModelForCausalLM", "from_pretrained('m-1')"),
    _transformers("petals", "AutoDistributedModelForCausalLM", "from_pretrained('m-1')"),
    _transformers("ipex_llm.transformers", "AutoModelForCausalLM", "from_pretrained('m-1', load_in_4bit=True)"),
    _transformers("auto_gptq", "AutoGPTQForCausalLM", "from_quantized('m-1', use_safetensors=True)"),
    _transformers("awq", "AutoAWQForCausalLM", "from_quantized(quant_path='m-1')"),
    (
        "transformers",
        "from unsloth import FastLanguageModel\nmodel, tokenizer = FastLanguageModel.from_pretrained('m-1')\nmodel.generate(**x, max_new_tokens=9)",
        "generate",
        "completion",
        None,
        9,
    ),
    # Models and embedders of LlamaIndex.
    _llama_index("together", "TogetherLLM", "'m-1', max_tokens=9"),
    _llama_index("deepseek", "DeepSeek", "model='m-1'", cap="none"),
    _llama_index("cerebras", "Cerebras", "model='m-1', max_tokens=9"),
    _llama_index("perplexity", "Perplexity", "model='m-1', max_tokens=9"),
    _llama_index("azure_openai", "AzureOpenAIResponses", "'m-1', max_output_tokens=9"),
    _llama_index("fireworks", "Fireworks", "'m-1', 0.1, 9"),
    _llama_index("openrouter", "OpenRouter", "model='m-1', max_tokens=9"),
    _llama_index("bedrock", "Bedrock", "model='m-1', max_tokens=9"),
    _llama_index("vertex", "Vertex", "model='m-1', max_tokens=9"),
    _llama_index("ai21", "AI21", "'m-1', max_tokens=9"),
    _llama_index("deepinfra", "DeepInfraLLM", "model='m-1', max_tokens=9"),
    _llama_index("siliconflow", "SiliconFlow", "key, 'm-1', max_tokens=9"),
    _llama_index("nvidia", "NVIDIA", "model='m-1', max_tokens=9"),
    _llama_index("zhipuai", "ZhipuAI", "'m-1', max_tokens=9"),
    _llama_index("sambanovasystems", "SambaNovaCloud", "model='m-1', max_tokens=9"),
    _llama_index("huggingface", "HuggingFaceLLM", "model_name='m-1', max_new_tokens=9"),
    _llama_index("llama_cpp", "LlamaCPP", "model_path='m-1', max_new_tokens=9"),
    _llama_index("mlx", "MLXLLM", "model_name='m-1', max_new_tokens=9"),
    _llama_index("huggingface_api", "HuggingFaceInferenceAPI", "model_name='m-1', num_output=9"),
    _llama_index("text_generation_inference", "TextGenerationInference", "url, 'm-1', max_tokens=9"),
    _llama_index("dashscope", "DashScope", "'m-1', 9"),
    _llama_index("vllm", "Vllm", "model='m-1', max_new_tokens=9"),
    _llama_index("cohere", "Cohere", "model='m-1', max_tokens=9"),
    _llama_index("gemini", "Gemini", "model='m-1', max_tokens=9"),
    _llama_index("azure_inference", "AzureAICompletionsModel", "model_name='m-1', max_tokens=9"),
    _llama_index("ibm", "WatsonxLLM", "model_id='m-1', max_new_tokens=9"),
    _llama_embedding("openai", "OpenAIEmbedding", "model='m-1'"),
    _llama_embedding("huggingface", "HuggingFaceEmbedding", "'m-1'"),
    _llama_embedding("google_genai", "GoogleGenAIEmbedding", "'m-1'"),
    _llama_embedding("ollama", "OllamaEmbedding", "model_name='m-1'"),
    _llama_embedding("voyageai", "VoyageEmbedding", "model_name='m-1'"),
    _llama_embedding("jinaai", "JinaEmbedding", "model='m-1'"),
    _llama_embedding("azure_openai", "AzureOpenAIEmbedding", "model='m-1', deployment_name='d'"),
    _llama_embedding("cohere", "CohereEmbedding", "model_name='m-1'"),
    # Components that Haystack has in packages of their own.
    _haystack("ollama", "OllamaChatGenerator", "'m-1', generation_kwargs={'num_predict': 9}", 9),
    _haystack("anthropic", "AnthropicChatGenerator", "key, 'm-1', generation_kwargs={'max_tokens': 9}", 9),
    _haystack("cohere", "CohereChatGenerator", "model='m-1', generation_kwargs={'max_tokens': 9}", 9),
    _haystack("mistral", "MistralChatGenerator", "model='m-1'", "none"),
    _haystack("google_genai", "GoogleGenAIChatGenerator", "model='m-1', generation_kwargs={'max_output_tokens': 9}", 9),
    _haystack("amazon_bedrock", "AmazonBedrockChatGenerator", "'m-1', generation_kwargs={'maxTokens': 9}", 9),
    _haystack("llama_cpp", "LlamaCppChatGenerator", "model='m-1', generation_kwargs={'max_tokens': 9}", 9),
    _haystack_embedder("ollama", "OllamaTextEmbedder", "'m-1'"),
    _haystack_embedder("cohere", "CohereTextEmbedder", "key, 'm-1'"),
    _haystack_embedder("fastembed", "FastembedTextEmbedder", "model='m-1'"),
    (
        "haystack",
        _made("haystack_integrations.components.generators.ollama", "OllamaGenerator", "model='m-1', generation_kwargs={'num_predict': 9}", "run('x')"),
        "run",
        "completion",
        "m-1",
        9,
    ),
    # The newest packages of LangChain.
    _langchain("langchain_ai21", "ChatAI21", "model='m-1', max_tokens=9"),
    _langchain("langchain_aws", "ChatAnthropicBedrock", "model='m-1', max_tokens=9"),
    _langchain("langchain_azure_ai.chat_models", "AzureAIOpenAIApiChatModel", "model='m-1', max_tokens=9"),
    _langchain("langchain_baseten", "ChatBaseten", "model='m-1', max_tokens=9"),
    _langchain("langchain_databricks", "ChatDatabricks", "model='m-1', max_tokens=9"),
    _langchain("langchain_gradient", "ChatGradient", "model='m-1', max_tokens=9"),
    _langchain("langchain_naver", "ChatClovaX", "model='m-1', max_tokens=9"),
    _langchain("langchain_nvidia_ai_endpoints", "NVIDIA", "model='m-1', max_tokens=9"),
    _langchain("langchain_oci", "ChatOCIGenAI", "model_id='m-1', max_tokens=9"),
    _langchain("langchain_qwq", "ChatQwen", "model='m-1', max_tokens=9"),
    _langchain("langchain_sambanova", "ChatSambaNova", "model='m-1', max_tokens=9"),
    _langchain("langchain_snowflake", "ChatSnowflake", "model='m-1', max_tokens=9"),
    _langchain("langchain_writer", "ChatWriter", "model='m-1'", "none"),
    _langchain_embeddings("databricks_langchain", "DatabricksEmbeddings"),
    _langchain_embeddings("langchain_litellm", "LiteLLMEmbeddings"),
    _langchain_embeddings("langchain_pinecone", "PineconeEmbeddings"),
    _langchain_embeddings("langchain_azure_ai.embeddings", "AzureAIEmbeddingsModel"),
    (
        "langchain",
        "from deepagents import create_deep_agent\ncreate_deep_agent(model='m-1', system_prompt='x').invoke({'messages': []})",
        "invoke",
        "agent",
        "m-1",
        "unknown",
    ),
    # The rest of what large SDKs have.
    ("haystack", _made("haystack.components.generators.chat", "HuggingFaceLocalChatGenerator", "model='m-1', generation_kwargs={'max_new_tokens': 9}", "run(messages=[])"), "run", "chat", "m-1", 9),
    ("haystack", _made("haystack.components.generators.chat", "HuggingFaceAPIChatGenerator", "api_type='serverless_inference_api', api_params={'model': 'm-1'}", "run(messages=[])"), "run", "chat", "m-1", "none"),
    ("haystack", _made("haystack.components.generators", "AzureOpenAIGenerator", "azure_deployment='m-1', generation_kwargs={'max_tokens': 9}", "run('x')"), "run", "completion", "m-1", 9),
    ("haystack", _made("haystack.components.embedders", "SentenceTransformersTextEmbedder", "'m-1'", "run('x')"), "run", "embedding", "m-1", None),
    ("haystack", _made("haystack.components.embedders", "AzureOpenAIDocumentEmbedder", "azure_deployment='m-1'", "run(documents=[])"), "run", "embedding", "m-1", None),
    ("pydantic-ai", "from pydantic_ai import Agent\nfrom pydantic_ai.models.openrouter import OpenRouterModel\nAgent(OpenRouterModel('m-1'), model_settings={'max_tokens': 9}).run_sync('x')", "run_sync", "agent", "m-1", 9),
    ("pydantic-ai", "from pydantic_ai import Embedder\nEmbedder('m-1').embed_query_sync('x')", "embed_query_sync", "embedding", "m-1", None),
    ("semantic-kernel", "from semantic_kernel.connectors.ai.google.google_ai import GoogleAIChatCompletion\nasync def f():\n    await GoogleAIChatCompletion('m-1').get_chat_message_content(history, settings)", "get_chat_message_content", "chat", "m-1", "unknown"),
    ("semantic-kernel", "from semantic_kernel.connectors.ai.ollama import OllamaChatCompletion\nasync def f():\n    await OllamaChatCompletion(ai_model_id='m-1').get_chat_message_content(history, settings)", "get_chat_message_content", "chat", "m-1", "unknown"),
    ("semantic-kernel", "from semantic_kernel.connectors.ai.open_ai import OpenAITextEmbedding\nasync def f():\n    await OpenAITextEmbedding(ai_model_id='m-1').generate_embeddings(['x'])", "generate_embeddings", "embedding", "m-1", None),
    ("autogen", "from autogen_agentchat.teams import MagenticOneGroupChat\nfrom autogen_ext.models.openai import OpenAIChatCompletionClient\nasync def f():\n    await MagenticOneGroupChat([a], OpenAIChatCompletionClient(model='m-1', max_tokens=9)).run(task='x')", "run", "agent", "m-1", 9),
    ("autogen", "from autogen_agentchat.agents import AssistantAgent\nfrom autogen_agentchat.teams import GraphFlow\nfrom autogen_ext.models.openai import OpenAIChatCompletionClient\nasync def f():\n    await GraphFlow([AssistantAgent('a', OpenAIChatCompletionClient(model='m-1', max_tokens=9))], graph).run(task='x')", "run", "agent", "m-1", 9),
    ("langchain", "from langchain_openai import ChatOpenAI\nfrom langgraph_supervisor import create_supervisor\nflow = create_supervisor([a, b], model=ChatOpenAI(model='m-1', max_tokens=9), prompt='x')\nflow.compile().invoke({'messages': []})", "invoke", "agent", "m-1", 9),
    ("vllm", "from vllm import AsyncLLMEngine, SamplingParams\nengine = AsyncLLMEngine.from_engine_args(args)\nasync def f():\n    async for part in engine.generate('x', SamplingParams(max_tokens=9), 'id'):\n        pass", "generate", "completion", None, 9),
    ("sentence-transformers", "from sentence_transformers import SentenceTransformer\nSentenceTransformer('m-1').encode_query('x')", "encode_query", "embedding", "m-1", None),
    ("groq", "from groq import Groq\nGroq().audio.transcriptions.create(model='m-1', file=f)", "create", "audio", "m-1", None),
    ("together", "from together import Together\nTogether().images.generate(model='m-1', prompt='x')", "generate", "image", "m-1", None),
    ("livekit", "from livekit.agents import Agent, AgentSession\nfrom livekit.plugins import openai\nsession = AgentSession(llm=openai.LLM(model='m-1', max_completion_tokens=9))\nasync def f():\n    await session.start(agent=Agent(instructions='x'), room=room)", "start", "agent", "m-1", 9),
    # Clients of one SDK for other hosts.
    ("anthropic-vertex", "from anthropic import AnthropicVertex\nAnthropicVertex().messages.create(model='m-1', max_tokens=9, messages=[])", "create", "chat", "m-1", 9),
    ("anthropic-azure", "from anthropic import AnthropicFoundry\nAnthropicFoundry().messages.create(model='m-1', max_tokens=9, messages=[])", "create", "chat", "m-1", 9),
    ("openai-bedrock", "from openai import BedrockOpenAI\nBedrockOpenAI()" + _OPENAI_LIKE, "create", "chat", "m-1", 9),
    ("bedrock-agent", "import boto3\nboto3.client('bedrock-agent-runtime').invoke_agent(agentId='a', agentAliasId='b', sessionId='c', inputText='x')", "invoke_agent", "agent", None, None),
    ("bedrock-agent", "import boto3\nclient = boto3.client('bedrock-agent-runtime')\nclient.invoke_inline_agent(foundationModel='m-1', instruction='x', inputText='y', sessionId='c')", "invoke_inline_agent", "agent", "m-1", "unknown"),
    ("bedrock-agent", "import boto3\nclient = boto3.client('bedrock-agent-runtime')\nclient.retrieve_and_generate(input={'text': 'x'}, retrieveAndGenerateConfiguration={'type': 'KNOWLEDGE_BASE', 'knowledgeBaseConfiguration': {'knowledgeBaseId': 'k', 'modelArn': 'm-1', 'generationConfiguration': {'inferenceConfig': {'textInferenceConfig': {'maxTokens': 9}}}}})", "retrieve_and_generate", "agent", "m-1", 9),
    # Clients of OpenAI's methods in other packages.
    ("volcengine-ark", "from volcenginesdkarkruntime import Ark\nArk()" + _OPENAI_LIKE, "create", "chat", "m-1", 9),
    (
        "volcengine-ark",
        "from volcenginesdkarkruntime import AsyncArk\nasync def f():\n    await AsyncArk().bot_chat.completions.create(model='m-1', messages=[])",
        "create",
        "chat",
        "m-1",
        "none",
    ),
    ("g4f", "from g4f.client import Client\nClient()" + _OPENAI_LIKE, "create", "chat", "m-1", 9),
    ("g4f", "import g4f\ng4f.ChatCompletion.create('m-1', [], stream=True)", "create", "chat", "m-1", "none"),
    ("friendli", "from friendli import Friendli\nFriendli()" + _OPENAI_LIKE, "create", "chat", "m-1", 9),
    ("llama-api", "from llama_api_client import LlamaAPIClient\nLlamaAPIClient()" + _OPENAI_LIKE, "create", "chat", "m-1", 9),
    (
        "llama-stack",
        "from llama_stack_client import LlamaStackClient\nLlamaStackClient().inference.chat_completion(model_id='m-1', messages=[], sampling_params={'max_tokens': 9})",
        "chat_completion",
        "chat",
        "m-1",
        9,
    ),
    ("openai-legacy", "import promptlayer\npromptlayer.openai.ChatCompletion.create(model='m-1', messages=[], max_tokens=9)", "create", "chat", "m-1", 9),
    ("openai-legacy", "from helicone.openai_proxy import openai\nopenai.ChatCompletion.create(model='m-1', messages=[], max_tokens=9)", "create", "chat", "m-1", 9),
    ("openai", "from openai import OpenAI\nOpenAI().beta.threads.create_and_run_poll(assistant_id='a', model='m-1', max_completion_tokens=9)", "create_and_run_poll", "agent", "m-1", 9),
    ("any-llm", "from any_llm import completion\ncompletion('m-1', [], max_tokens=9)", "completion", "chat", "m-1", 9),
    ("any-llm", "from any_llm import AnyLLM\nasync def f():\n    await AnyLLM.create('openai').aresponses('m-1', 'x')", "aresponses", "responses", "m-1", "none"),
    ("any-llm", "from any_llm import embedding\nembedding('m-1', ['x'])", "embedding", "embedding", "m-1", None),
    ("openrouter", "from openrouter import OpenRouter\nOpenRouter().chat.send(model='m-1', messages=[], max_tokens=9)", "send", "chat", "m-1", 9),
    ("reka", "from reka.client import AsyncReka\nasync def f():\n    await AsyncReka().chat.create(model='m-1', messages=[], max_tokens=9)", "create", "chat", "m-1", 9),
    ("erniebot", "import erniebot\nerniebot.ChatCompletion.create('m-1', [], max_output_tokens=9)", "create", "chat", "m-1", 9),
    ("erniebot", "import erniebot\nerniebot.Embedding.create(model='m-1', input=['x'])", "create", "embedding", "m-1", None),
    ("byzerllm", "import byzerllm\nbyzerllm.ByzerLLM().chat_oai([{'role': 'user', 'content': 'x'}], model='m-1')", "chat_oai", "chat", "m-1", None),
    ("gigachat", "from gigachat import GigaChat\nGigaChat(model='m-1').chat('x')", "chat", "chat", "m-1", "unknown"),
    ("gigachat", "from gigachat import GigaChat\nGigaChat().chat({'model': 'm-1', 'messages': [], 'max_tokens': 9})", "chat", "chat", "m-1", 9),
    ("sparkai", "from sparkai.llm.llm import ChatSparkLLM\nChatSparkLLM(spark_llm_domain='m-1', max_tokens=9).generate([[]])", "generate", "chat", "m-1", 9),
    ("nlpcloud", "import nlpcloud\nnlpcloud.Client('m-1', key, gpu=True).generation('x', max_length=9)", "generation", "completion", "m-1", 9),
    ("nlpcloud", "import nlpcloud\nnlpcloud.Client('m-1', key).embeddings(['x'])", "embeddings", "embedding", "m-1", None),
    ("nomic", "from nomic import embed\nembed.text(texts=['x'], model='m-1')", "text", "embedding", "m-1", None),
    ("snowflake-cortex", "from snowflake.cortex import complete\ncomplete('m-1', 'x', options={'max_tokens': 9})", "complete", "chat", "m-1", 9),
    ("snowflake-cortex", "from snowflake.cortex import embed_text_768\nembed_text_768('m-1', 'x')", "embed_text_768", "embedding", "m-1", None),
    ("cloudflare", "from cloudflare import Cloudflare\nCloudflare().ai.run('m-1', account_id='a', messages=[], max_tokens=9)", "run", "chat", "m-1", 9),
    ("cloudflare", "from cloudflare import Cloudflare\nCloudflare().ai.run('@cf/baai/bge-m3', account_id='a', text=['x'])", "run", "embedding", "@cf/baai/bge-m3", None),
    ("oci", "import oci\noci.generative_ai_inference.GenerativeAiInferenceClient(config).chat(details)", "chat", "chat", None, "unknown"),
    ("poe", "import fastapi_poe as fp\nasync def f():\n    async for part in fp.get_bot_response([], 'm-1', key):\n        pass", "get_bot_response", "chat", "m-1", "unknown"),
    ("azure-ai-agents", "from azure.ai.agents import AgentsClient\nAgentsClient('u', c).runs.create_and_process('t', agent_id='a', model='m-1', max_completion_tokens=9)", "create_and_process", "agent", "m-1", 9),
    ("azure-ai-agents", "from azure.ai.projects import AIProjectClient\nAIProjectClient('u', c).agents.runs.create(thread_id='t', agent_id='a', model='m-1')", "create", "agent", "m-1", "none"),
    ("claude-agent-sdk", "from claude_code_sdk import query, ClaudeCodeOptions\nasync def f():\n    async for m in query(prompt='x', options=ClaudeCodeOptions(model='m-1')):\n        pass", "query", "agent", "m-1", None),
    ("octoai", "from octoai.client import OctoAI\nOctoAI().text_gen.create_chat_completion(model='m-1', messages=[], max_tokens=9)", "create_chat_completion", "chat", "m-1", 9),
    ("gradientai", "from gradientai import Gradient\nGradient().get_base_model(base_model_slug='m-1').complete(query='x', max_generated_token_count=9)", "complete", "completion", "m-1", 9),
    ("databricks-genai", "from databricks_genai_inference import ChatCompletion\nChatCompletion.create(model='m-1', messages=[], max_tokens=9)", "create", "chat", "m-1", 9),
    ("databricks-genai", "from databricks_genai_inference import ChatSession\nChatSession('m-1', 'x', max_tokens=9).reply('y')", "reply", "chat", "m-1", 9),
    ("openllm", "from openllm_client import HTTPClient\nHTTPClient('u').generate('x', max_new_tokens=9)", "generate", "completion", None, 9),
    ("predictionguard", "from predictionguard import PredictionGuard\nPredictionGuard()" + _OPENAI_LIKE, "create", "chat", "m-1", 9),
    ("simpleaichat", "from simpleaichat import AIChat\nai = AIChat(system='x', model='m-1', params={'max_tokens': 9})\nai('y')", "ai", "chat", "m-1", 9),
    ("revchatgpt", "from revChatGPT.V3 import Chatbot\nChatbot(key, 'm-1', max_tokens=9).ask('x')", "ask", "chat", "m-1", 9),
    ("revchatgpt", "from revChatGPT.V1 import Chatbot\nfor part in Chatbot(config={}).ask('x'):\n    pass", "ask", "chat", None, "unknown"),
    ("edgegpt", "from EdgeGPT.EdgeGPT import Chatbot\nasync def f():\n    await Chatbot(cookies=[]).ask(prompt='x')", "ask", "chat", None, "unknown"),
    ("hugchat", "from hugchat import hugchat\nhugchat.ChatBot(cookies={}).chat('x')", "chat", "chat", None, "unknown"),
    ("bardapi", "from bardapi import Bard\nBard(token='t').get_answer('x')", "get_answer", "chat", None, "unknown"),
    # Engines and embedders on this machine.
    ("flagembedding", "from FlagEmbedding import BGEM3FlagModel\nBGEM3FlagModel('m-1', use_fp16=True).encode(['x'])", "encode", "embedding", "m-1", None),
    ("flagembedding", "from FlagEmbedding import FlagAutoModel\nFlagAutoModel.from_finetuned('m-1').encode_queries(['x'])", "encode_queries", "embedding", "m-1", None),
    ("fastembed", "from fastembed import TextEmbedding\nTextEmbedding('m-1').embed(['x'])", "embed", "embedding", "m-1", None),
    ("model2vec", "from model2vec import StaticModel\nStaticModel.from_pretrained('m-1').encode(['x'])", "encode", "embedding", "m-1", None),
    ("sentence-transformers", "from InstructorEmbedding import INSTRUCTOR\nINSTRUCTOR('m-1').encode([['Represent it:', 'x']])", "encode", "embedding", "m-1", None),
    ("mlx", "from mlx_lm import generate, load\nmodel, tokenizer = load('m-1')\ngenerate(model, tokenizer, prompt='x', max_tokens=9)", "generate", "completion", None, 9),
    ("mlx", "from mlx_lm import batch_generate\nbatch_generate(model, tokenizer, prompts, None, 9)", "batch_generate", "completion", None, 9),
    ("mlx", "from mlx_vlm import generate\ngenerate(model, processor, prompt='x', max_tokens=9)", "generate", "completion", None, 9),
    ("exllamav2", "from exllamav2.generator import ExLlamaV2DynamicGenerator\nExLlamaV2DynamicGenerator(m, c, t).generate('x', 9)", "generate", "completion", None, 9),
    ("exllamav2", "from exllamav2.generator import ExLlamaV2BaseGenerator\nExLlamaV2BaseGenerator(m, c, t).generate_simple('x', settings, 9)", "generate_simple", "completion", None, 9),
    ("openvino-genai", "import openvino_genai\nopenvino_genai.LLMPipeline('m-1', 'CPU').generate('x', max_new_tokens=9)", "generate", "completion", "m-1", 9),
    ("ctranslate2", "import ctranslate2\nctranslate2.Generator('m-1').generate_batch(tokens, max_length=9)", "generate_batch", "completion", "m-1", 9),
    ("txtai", "from txtai import LLM\nllm = LLM('m-1')\nllm('x', 9)", "llm", "completion", "m-1", 9),
    ("lmql", "import lmql\nlmql.generate_sync('x', max_tokens=9, model='m-1')", "generate_sync", "completion", "m-1", 9),
    ("lmql", "import lmql\nasync def f():\n    await lmql.model('m-1').generate('x', 9)", "generate", "completion", "m-1", 9),
    ("llmx", "from llmx import TextGenerationConfig, llm\nllm(provider='openai').generate([], config=TextGenerationConfig(model='m-1', max_tokens=9))", "generate", "chat", "m-1", 9),
    # Agents, and what asks on a program's behalf.
    ("google-adk", "from google.adk.agents import Agent\nfrom google.adk.runners import Runner\nroot = Agent(name='a', model='m-1', instruction='x')\nRunner(app_name='a', agent=root, session_service=s).run(user_id='u', session_id='s', new_message=m)", "run", "agent", "m-1", "none"),
    ("google-adk", "from google.adk.agents import LlmAgent, SequentialAgent\nfrom google.adk.models.lite_llm import LiteLlm\nfrom google.adk.runners import InMemoryRunner\nteam = SequentialAgent(name='t', sub_agents=[LlmAgent(name='a', model=LiteLlm('m-1'))])\nasync def f():\n    async for event in InMemoryRunner(team).run_async(user_id='u', session_id='s', new_message=m):\n        pass", "run_async", "agent", "m-1", None),
    ("strands", "from strands import Agent\nfrom strands.models import BedrockModel\nagent = Agent(BedrockModel(model_id='m-1', max_tokens=9), system_prompt='x')\nagent('y')", "agent", "agent", "m-1", 9),
    ("strands", "from strands import Agent\nfrom strands.models.openai import OpenAIModel\nagent = Agent(model=OpenAIModel(model_id='m-1', params={'max_tokens': 9}))\nasync def f():\n    await agent.structured_output_async(Answer, 'y')", "structured_output_async", "agent", "m-1", 9),
    ("browser-use", "from browser_use import Agent, ChatOpenAI\nasync def f():\n    await Agent(task='x', llm=ChatOpenAI(model='m-1', max_completion_tokens=9)).run()", "run", "agent", "m-1", 9),
    ("agno", "from agno.agent import Agent\nfrom agno.models.openai import OpenAIChat\nagent = Agent(model=OpenAIChat(id='m-1', max_tokens=9), instructions='x')\nagent.print_response('y')", "print_response", "agent", "m-1", 9),
    ("agno", "from agno.agent import Agent\nfrom agno.models.anthropic import Claude\nfrom agno.team import Team\nTeam([Agent(model=Claude(id='m-1'))], model=Claude(id='m-1')).run('y')", "run", "agent", "m-1", None),
    ("agno", "from phi.agent import Agent\nfrom phi.model.groq import Groq\nasync def f():\n    await Agent(model=Groq(id='m-1', max_tokens=9)).arun('y')", "arun", "agent", "m-1", 9),
    ("camel", "from camel.agents import ChatAgent\nfrom camel.models import ModelFactory\nmodel = ModelFactory.create('openai', 'm-1', {'max_tokens': 9})\nChatAgent('x', model).step('y')", "step", "agent", "m-1", 9),
    ("langroid", "import langroid as lr\nagent = lr.ChatAgent(lr.ChatAgentConfig(system_message='x'))\nlr.Task(agent).run('y', turns=2)", "run", "agent", None, "unknown"),
    ("langroid", "from langroid.language_models.openai_gpt import OpenAIGPT, OpenAIGPTConfig\nOpenAIGPT(OpenAIGPTConfig(chat_model='m-1')).chat('x', 9)", "chat", "chat", None, 9),
    ("swarm", "from swarm import Agent, Swarm\nSwarm().run(agent=Agent(name='a', model='m-1'), messages=[])", "run", "agent", "m-1", "unknown"),
    ("griptape", "from griptape.drivers.prompt.openai import OpenAiChatPromptDriver\nfrom griptape.structures import Agent\nAgent(prompt_driver=OpenAiChatPromptDriver(model='m-1', max_tokens=9)).run('x')", "run", "agent", "m-1", 9),
    ("agent-framework", "from agent_framework import Agent\nfrom agent_framework.openai import OpenAIChatClient\nasync def f():\n    await Agent(OpenAIChatClient('m-1'), 'x').run('y', options={'max_tokens': 9})", "run", "agent", "m-1", 9),
    ("agent-framework", "from agent_framework.openai import OpenAIChatClient\nagent = OpenAIChatClient(model='m-1').as_agent(instructions='x')\nasync def f():\n    await agent.run('y')", "run", "agent", "m-1", "none"),
    ("inspect-ai", "from inspect_ai.model import GenerateConfig, get_model\nasync def f():\n    await get_model('m-1').generate('x', config=GenerateConfig(max_tokens=9))", "generate", "chat", "m-1", 9),
    ("langextract", "import langextract as lx\nlx.extract(text_or_documents=text, prompt_description='x', examples=[], model_id='m-1')", "extract", "completion", "m-1", "none"),
    ("guardrails", "from guardrails import Guard\nguard = Guard().use(Check())\nguard(model='m-1', messages=[], max_tokens=9)", "guard", "chat", "m-1", 9),
    ("embedchain", "from embedchain import App\nApp().query('x')", "query", "agent", None, "unknown"),
    ("pandasai", "from pandasai import SmartDataframe\nSmartDataframe(df).chat('x')", "chat", "agent", None, "unknown"),
    ("open-interpreter", "from interpreter import interpreter\ninterpreter.chat('x')", "chat", "agent", None, "unknown"),
    ("autogen", "from autogen_ext.models.llama_cpp import LlamaCppChatCompletionClient\nasync def f():\n    await LlamaCppChatCompletionClient(model_path='p').create([])", "create", "chat", None, "unknown"),
]  # fmt: skip

# What a call without a cap is: (program, what is said of it, the limit it has by default).
UNCAPPED = [
    ("from llama_index.llms.together import TogetherLLM\nTogetherLLM('m-1').complete('x')", "flag", None),
    ("from llama_index.llms.openrouter import OpenRouter\nOpenRouter(model='m-1').chat([])", "safe_small_default", 256),
    ("from llama_index.llms.bedrock import Bedrock\nBedrock('m-1').complete('x')", "safe_small_default", 512),
    ("from llama_index.llms.cohere import Cohere\nCohere('m-1').complete('x')", "unknowable", None),
    ("import volcenginesdkarkruntime as v\nv.Ark().chat.completions.create(model='m-1', messages=[])", "unknowable", None),
    ("from mlx_lm import stream_generate\nstream_generate(m, t, 'x')", "safe_small_default", 256),
    ("import ctranslate2\nctranslate2.Generator('m-1').generate_batch(x)", "safe_small_default", 512),
    ("from txtai import LLM\nLLM('m-1')('x')", "safe_small_default", 512),
    ("from predictionguard import PredictionGuard\nPredictionGuard().chat.completions.create('m-1', [])", "safe_small_default", 100),
    ("from any_llm import completion\ncompletion('m-1', [])", "flag", None),
    ("from google.adk.agents import Agent\nfrom google.adk.runners import InMemoryRunner\nInMemoryRunner(Agent(name='a', model='m-1')).run(user_id='u', session_id='s', new_message=m)", "flag", None),
    ("from strands import Agent\nfrom strands.models import BedrockModel\nAgent(BedrockModel(model_id='m-1'))('x')", "flag", None),
    ("from agno.agent import Agent\nfrom agno.models.openai import OpenAIChat\nAgent(model=OpenAIChat(id='m-1')).run('x')", "flag", None),
    ("from browser_use import ChatOpenAI\nasync def f():\n    await ChatOpenAI(model='m-1').ainvoke([])", "safe_small_default", 4096),
    ("from langroid.language_models import OpenAIGPT\nOpenAIGPT(c).generate('x')", "safe_small_default", 200),
]  # fmt: skip

# Whether the answer comes in parts.
IN_PARTS = [
    ("from agno.agent import Agent\nAgent(model='m-1').run('x', stream=True)", True),
    ("from agno.agent import Agent\nAgent(model='m-1').run('x')", False),
    ("from strands import Agent\nAgent('m-1').stream_async('x')", True),
    ("from strands import Agent\nAgent('m-1').invoke_async('x')", False),
    ("from reka.client import Reka\nReka().chat.create_stream(model='m-1', messages=[])", True),
    ("from openllm_client import HTTPClient\nHTTPClient('u').generate_stream('x')", True),
    ("import g4f\ng4f.ChatCompletion.create('m-1', [], None, True)", True),
    ("from snowflake.cortex import complete\ncomplete('m-1', 'x', stream=True)", True),
    ("from swarm import Swarm\nSwarm().run(a, [], stream=True)", True),
    ("from gigachat import GigaChat\nGigaChat().stream('x')", True),
]

# What a program says to a model: {text} before the question.
ASKED = {
    "agno": "from agno.agent import Agent\nAgent(model='m-1', instructions={text}).run('What now?')",
    "strands": "from strands import Agent\nAgent('m-1', system_prompt={text})('What now?')",
    "camel": "from camel.agents import ChatAgent\nChatAgent({text}).step('What now?')",
    "swarm": "from swarm import Agent, Swarm\nSwarm().run(Agent(instructions={text}), [{{'role': 'user', 'content': 'What now?'}}])",
    "agent-framework": "from agent_framework import Agent\nAgent(client, {text}).run('What now?')",
    "bedrock-agent": "import boto3\nboto3.client('bedrock-agent-runtime').invoke_inline_agent(instruction={text}, inputText='What now?')",
    "livekit": "from livekit.agents import AgentSession\nAgentSession(llm='m-1').generate_reply(user_input='What now?', instructions={text})",
    "langroid": "import langroid as lr\nlr.Task(agent, system_message={text}).run('What now?')",
    "nlpcloud": "import nlpcloud\nnlpcloud.Client('m-1', key).chatbot('What now?', context={text})",
}  # fmt: skip

MORE += [
    (
        "openrouter",
        "from openrouter import OpenRouter\nOpenRouter().responses.send(model='m-1', input='x', max_output_tokens=9)",
        "send",
        "responses",
        "m-1",
        9,
    ),
    (
        "openrouter",
        "from openrouter import OpenRouter\nOpenRouter().images.generate(model='m-1', prompt='x')",
        "generate",
        "image",
        "m-1",
        None,
    ),
    (
        "openrouter",
        "from openrouter import OpenRouter\nOpenRouter().embeddings.generate(model='m-1', input=['x'])",
        "generate",
        "embedding",
        "m-1",
        None,
    ),
    (
        "openrouter",
        "from openrouter import OpenRouter\nOpenRouter().tts.create_speech(model='m-1', input='x')",
        "create_speech",
        "audio",
        "m-1",
        None,
    ),
    (
        "llama-index",
        "from llama_index.core import Settings\nfrom llama_index.llms.openai import OpenAI\nSettings.llm = OpenAI(model='m-1', max_tokens=9)\nSettings.llm.predict('x')",
        "predict",
        "chat",
        "m-1",
        9,
    ),
    (
        "llama-index",
        "from llama_index.core.query_pipeline import QueryPipeline\nfrom llama_index.llms.openai import OpenAI\nQueryPipeline(chain=[t, OpenAI(model='m-1', max_tokens=9), p]).run(q='x')",
        "run",
        "chat",
        "m-1",
        9,
    ),
    (
        "llama-index",
        "from llama_index.core.program import LLMTextCompletionProgram\nfrom llama_index.llms.openai import OpenAI\nprogram = LLMTextCompletionProgram.from_defaults(output_cls=A, prompt_template_str='Name {x}.', llm=OpenAI(model='m-1', max_tokens=9))\nprogram(x='y')",
        "program",
        "chat",
        "m-1",
        9,
    ),
    (
        "langchain",
        "from langchain.evaluation.qa import QAEvalChain\nfrom langchain_openai import ChatOpenAI\nQAEvalChain.from_llm(llm=ChatOpenAI(model='m-1', max_tokens=9)).evaluate(a, b)",
        "evaluate",
        "chat",
        "m-1",
        9,
    ),
]

# Calls on the same objects that ask no model.
SILENT = {
    "a rerank": "from FlagEmbedding import FlagReranker\nFlagReranker('m-1').compute_score(['a', 'b'])",
    "a model that is trained": "from peft import AutoPeftModelForCausalLM\nAutoPeftModelForCausalLM.from_pretrained('m-1').save_pretrained('p')",
    "a record of DNS": "from cloudflare import Cloudflare\nCloudflare().dns.records.create(zone_id='z', name='n')",
    "an agent that is made": "from azure.ai.agents import AgentsClient\nAgentsClient('u', c).create_agent(model='m-1', name='n', instructions='x')",
    "a document that is found": "import boto3\nboto3.client('bedrock-agent-runtime').retrieve(knowledgeBaseId='k', retrievalQuery={'text': 'x'})",
    "a check of an answer": "from guardrails import Guard\nGuard().validate('x')",
    "a function of guidance": "import guidance\n@guidance\ndef ask(lm):\n    return lm\nask()",
    "a search in a store": "from embedchain import App\nApp().search('x')",
    "a chain without a model": "from llama_index.core.query_pipeline import QueryPipeline\nQueryPipeline(chain=[retriever, reranker]).run(q='x')",
    "a message that is left": "from fastapi_poe import make_app\nmake_app(bot, access_key='k')",
}
