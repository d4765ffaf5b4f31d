"""A short program for each SDK: its call is found, and its model and cap wherever that SDK wants them."""

from __future__ import annotations

import pytest
from sdk_programs import ASKED, IN_PARTS, MORE, SILENT, UNCAPPED

CHAT = "client.chat.completions.create(model='m-1', max_tokens=9, messages=[])"

# SDK, program, callee's last name, kind, model, cap: a number, "none", "unknown" or None where there is none.
PROGRAMS = [
    ("openai", "from openai import OpenAI\nclient = OpenAI()\n" + CHAT, "create", "chat", "m-1", 9),
    (
        "openai",
        "import openai\nopenai.chat.completions.create(model='m-1', messages=[], max_completion_tokens=8)",
        "create",
        "chat",
        "m-1",
        8,
    ),
    (
        "openai",
        "from openai import OpenAI\nOpenAI().responses.create(model='m-1', input='x')",
        "create",
        "responses",
        "m-1",
        "none",
    ),
    (
        "openai",
        "from openai import OpenAI\nOpenAI().embeddings.create(model='m-1', input=['x'])",
        "create",
        "embedding",
        "m-1",
        None,
    ),
    (
        "openai",
        "import openai\nopenai.AsyncOpenAI().beta.chat.completions.parse(model='m-1', messages=[])",
        "parse",
        "chat",
        "m-1",
        "none",
    ),
    (
        "openai-legacy",
        "import openai\nopenai.ChatCompletion.create(model='m-1', messages=[], max_tokens=3)",
        "create",
        "chat",
        "m-1",
        3,
    ),
    ("azure-openai", "from openai import AzureOpenAI\nclient = AzureOpenAI()\n" + CHAT, "create", "chat", "m-1", 9),
    (
        "anthropic",
        "import anthropic\nanthropic.Anthropic().messages.create(model='m-1', max_tokens=9, messages=[])",
        "create",
        "chat",
        "m-1",
        9,
    ),
    (
        "anthropic",
        "from anthropic import AsyncAnthropic\nasync def f():\n    async with AsyncAnthropic().messages.stream(model='m-1', max_tokens=9, messages=[]) as s:\n        pass",
        "stream",
        "chat",
        "m-1",
        9,
    ),
    (
        "google-genai",
        "from google import genai\ngenai.Client().models.generate_content(model='m-1', contents='x', config={'max_output_tokens': 9})",
        "generate_content",
        "chat",
        "m-1",
        9,
    ),
    (
        "google-genai",
        "from google import genai\nchat = genai.Client().chats.create(model='m-1')\nchat.send_message('x')",
        "send_message",
        "chat",
        "m-1",
        "none",
    ),
    (
        "google-generativeai",
        "import google.generativeai as genai\ngenai.GenerativeModel('m-1', generation_config={'max_output_tokens': 9}).generate_content('x')",
        "generate_content",
        "chat",
        "m-1",
        9,
    ),
    (
        "vertexai",
        "from vertexai.generative_models import GenerativeModel\nGenerativeModel('m-1').generate_content('x')",
        "generate_content",
        "chat",
        "m-1",
        "none",
    ),
    (
        "google-generativeai",
        "import google.generativeai as palm\npalm.generate_text(model='m-1', prompt='x', max_output_tokens=9)",
        "generate_text",
        "completion",
        "m-1",
        9,
    ),
    (
        "google-generativeai",
        "import google.generativeai as palm\npalm.chat(model='m-1', context='x', messages=['y'])",
        "chat",
        "chat",
        "m-1",
        "unknown",
    ),
    (
        "litellm",
        "from litellm import acompletion\nasync def f():\n    await acompletion(model='m-1', messages=[], max_tokens=9)",
        "acompletion",
        "chat",
        "m-1",
        9,
    ),
    (
        "litellm",
        "import litellm\nlitellm.anthropic.messages.create(model='m-1', messages=[], max_tokens=9)",
        "create",
        "chat",
        "m-1",
        9,
    ),
    (
        "litellm",
        "from litellm.google_genai import generate_content\ngenerate_content(model='m-1', contents='x', config={'max_output_tokens': 9})",
        "generate_content",
        "chat",
        "m-1",
        9,
    ),
    ("litellm", "import litellm\nlitellm.embedding(model='m-1', input=['x'])", "embedding", "embedding", "m-1", None),
    (
        "mistral",
        "from mistralai import Mistral\nMistral().chat.complete(model='m-1', messages=[], max_tokens=9)",
        "complete",
        "chat",
        "m-1",
        9,
    ),
    (
        "mistral",
        "from mistralai.client import MistralClient\nMistralClient().chat(model='m-1', messages=[])",
        "chat",
        "chat",
        "m-1",
        "none",
    ),
    (
        "cohere",
        "import cohere\ncohere.ClientV2().chat(model='m-1', messages=[], max_tokens=9)",
        "chat",
        "chat",
        "m-1",
        9,
    ),
    ("cohere", "import cohere\ncohere.Client().chat(model='m-1', message='x')", "chat", "chat", "m-1", "none"),
    (
        "cohere",
        "import cohere\ncohere.ClientV2().embed(model='m-1', texts=['x'], input_type='q')",
        "embed",
        "embedding",
        "m-1",
        None,
    ),
    ("groq", "from groq import Groq\nclient = Groq()\n" + CHAT, "create", "chat", "m-1", 9),
    ("together", "from together import Together\nclient = Together()\n" + CHAT, "create", "chat", "m-1", 9),
    ("cerebras", "from cerebras.cloud.sdk import Cerebras\nclient = Cerebras()\n" + CHAT, "create", "chat", "m-1", 9),
    ("fireworks", "from fireworks.client import Fireworks\nclient = Fireworks()\n" + CHAT, "create", "chat", "m-1", 9),
    ("perplexity", "from perplexity import Perplexity\nclient = Perplexity()\n" + CHAT, "create", "chat", "m-1", 9),
    ("portkey", "from portkey_ai import Portkey\nclient = Portkey()\n" + CHAT, "create", "chat", "m-1", 9),
    ("aisuite", "import aisuite\nclient = aisuite.Client()\n" + CHAT, "create", "chat", "m-1", 9),
    ("zhipuai", "from zhipuai import ZhipuAI\nclient = ZhipuAI()\n" + CHAT, "create", "chat", "m-1", 9),
    (
        "writer",
        "from writerai import Writer\nWriter().chat.chat(model='m-1', messages=[], max_tokens=9)",
        "chat",
        "chat",
        "m-1",
        9,
    ),
    (
        "xai",
        "from xai_sdk import Client\nchat = Client().chat.create(model='m-1', max_tokens=9)\nchat.sample()",
        "sample",
        "chat",
        "m-1",
        9,
    ),
    ("ai21", "from ai21 import AI21Client\nclient = AI21Client()\n" + CHAT, "create", "chat", "m-1", 9),
    (
        "dashscope",
        "import dashscope\ndashscope.Generation.call(model='m-1', messages=[], max_tokens=9)",
        "call",
        "chat",
        "m-1",
        9,
    ),
    (
        "bedrock",
        "import boto3\nboto3.client('bedrock-runtime').converse(modelId='m-1', messages=[], inferenceConfig={'maxTokens': 9})",
        "converse",
        "chat",
        "m-1",
        9,
    ),
    (
        "bedrock",
        "import boto3\nsession = boto3.Session()\nruntime = session.client(service_name='bedrock-runtime')\nruntime.converse(modelId='m-1', messages=[])",
        "converse",
        "chat",
        "m-1",
        "none",
    ),
    (
        "bedrock",
        "import boto3, json\nb = boto3.client('bedrock-runtime')\nb.invoke_model(modelId='m-1', body=json.dumps({'max_tokens': 9, 'messages': []}))",
        "invoke_model",
        "chat",
        "m-1",
        9,
    ),
    (
        "ollama",
        "import ollama\nollama.chat(model='m-1', messages=[], options={'num_predict': 9})",
        "chat",
        "chat",
        "m-1",
        9,
    ),
    ("ollama", "from ollama import Client\nClient().generate('m-1', 'x')", "generate", "completion", "m-1", "none"),
    (
        "replicate",
        "import replicate\nreplicate.run('meta/m-1', input={'prompt': 'x'})",
        "run",
        "completion",
        "meta/m-1",
        "none",
    ),
    (
        "huggingface",
        "from huggingface_hub import InferenceClient\nInferenceClient('m-1').chat_completion(messages=[], max_tokens=9)",
        "chat_completion",
        "chat",
        "m-1",
        9,
    ),
    (
        "transformers",
        "from transformers import pipeline\npipe = pipeline('text-generation', model='m-1')\npipe('x', max_new_tokens=9)",
        "pipe",
        "completion",
        "m-1",
        9,
    ),
    (
        "transformers",
        "from transformers import pipeline\npipe = pipeline('text-generation', model='m-1')\npipe('x', max_length=9)",
        "pipe",
        "completion",
        "m-1",
        9,
    ),
    (
        "vllm",
        "from vllm import LLM, SamplingParams\nLLM(model='m-1').generate(['x'], SamplingParams(max_tokens=9))",
        "generate",
        "completion",
        "m-1",
        9,
    ),
    (
        "sglang",
        "import sglang\nengine = sglang.Engine(model_path='m-1')\nengine.generate(['x'], {'max_new_tokens': 9})",
        "generate",
        "completion",
        "m-1",
        9,
    ),
    (
        "text-generation",
        "from text_generation import Client\nClient('http://localhost').generate('x', max_new_tokens=9)",
        "generate",
        "completion",
        None,
        9,
    ),
    (
        "lmdeploy",
        "from lmdeploy import GenerationConfig, pipeline\npipe = pipeline('m-1')\npipe(['x'], GenerationConfig(max_new_tokens=9))",
        "pipe",
        "completion",
        "m-1",
        9,
    ),
    (
        "lmdeploy",
        "from lmdeploy.serve.openai.api_client import APIClient\nAPIClient('http://x').completions_v1('m-1', 'x', max_tokens=9)",
        "completions_v1",
        "completion",
        "m-1",
        9,
    ),
    (
        "transformers",
        "from transformers import pipeline\ndef f(x, task=None):\n    write = pipeline(task or 'text-generation', model='m-1')\n    return write(x, max_new_tokens=9)",
        "write",
        "completion",
        "m-1",
        9,
    ),
    (
        "llm",
        "import llm\nmodel = llm.get_model('m-1')\nmodel.prompt('x', system='y', max_tokens=9)",
        "prompt",
        "chat",
        "m-1",
        9,
    ),
    (
        "llm",
        "import llm\nasync def ask():\n    await llm.get_async_model('m-1').prompt('x', options={'max_tokens': 9})",
        "prompt",
        "chat",
        "m-1",
        9,
    ),
    (
        "llm",
        "import llm\ntalk = llm.get_model('m-1').conversation()\ntalk.prompt('x')",
        "prompt",
        "chat",
        "m-1",
        "none",
    ),
    ("llm", "import llm\nllm.get_model('m-1').chain('x', tools=[])", "chain", "agent", "m-1", "none"),
    ("llm", "import llm\nllm.get_embedding_model('m-1').embed_multi(['x'])", "embed_multi", "embedding", "m-1", None),
    (
        "llama-cpp",
        "from llama_cpp import Llama\nllm = Llama(model_path='m.gguf')\nllm('x', max_tokens=9)",
        "llm",
        "completion",
        "m.gguf",
        9,
    ),
    (
        "sentence-transformers",
        "from sentence_transformers import SentenceTransformer\nSentenceTransformer('m-1').encode(['x'])",
        "encode",
        "embedding",
        "m-1",
        None,
    ),
    ("voyageai", "import voyageai\nvoyageai.Client().embed(['x'], model='m-1')", "embed", "embedding", "m-1", None),
    (
        "langchain",
        "from langchain_openai import ChatOpenAI\nChatOpenAI(model='m-1', max_tokens=9).invoke('x')",
        "invoke",
        "chat",
        "m-1",
        9,
    ),
    (
        "langchain",
        "from langchain_anthropic import ChatAnthropic\nllm = ChatAnthropic(model='m-1').bind(max_tokens=9)\nllm.invoke('x')",
        "invoke",
        "chat",
        "m-1",
        9,
    ),
    (
        "langchain",
        "from langchain.chat_models import init_chat_model\ninit_chat_model('m-1', max_tokens=9).invoke('x')",
        "invoke",
        "chat",
        "m-1",
        9,
    ),
    (
        "langchain",
        "from langchain_openai import ChatOpenAI\nfrom pydantic import BaseModel\nclass A(BaseModel):\n    x: int\nChatOpenAI(model='m-1').with_structured_output(A).invoke('x')",
        "invoke",
        "chat",
        "m-1",
        "none",
    ),
    (
        "langchain",
        "from langchain_openai import OpenAIEmbeddings\nOpenAIEmbeddings(model='m-1').embed_query('x')",
        "embed_query",
        "embedding",
        "m-1",
        None,
    ),
    (
        "langchain",
        "from langchain.chains import LLMChain\nfrom langchain_openai import ChatOpenAI\nLLMChain(llm=ChatOpenAI(model='m-1', max_tokens=9), prompt='x').run('y')",
        "run",
        "chat",
        "m-1",
        9,
    ),
    (
        "langchain",
        "def f(llm):\n    from langchain_core.prompts import PromptTemplate\n    chain = PromptTemplate.from_template('Say {x}.') | llm\n    return chain.invoke({'x': 1})",
        "invoke",
        "chat",
        None,
        "unknown",
    ),
    (
        "langchain",
        "from langchain_core.prompts import PromptTemplate\nfrom langchain_core.runnables import RunnableParallel\ndef f(llm, docs):\n    chains = {}\n    for i, doc in enumerate(docs):\n        chains[f'c{i}'] = PromptTemplate.from_template('Say {x}.') | llm\n    return RunnableParallel(**chains).invoke({'x': 1})",
        "invoke",
        "chat",
        None,
        "unknown",
    ),
    (
        "xinference",
        "from xinference_client import RESTfulClient\nmodel = RESTfulClient('http://localhost:9997').get_model('m-1')\nmodel.chat([{'role': 'user', 'content': 'x'}], generate_config={'max_tokens': 9})",
        "chat",
        "chat",
        "m-1",
        9,
    ),
    (
        "transformers",
        "from transformers import AutoTokenizer\ndef f(model, tokens):\n    return model.generate(tokens, max_new_tokens=9, do_sample=True)",
        "generate",
        "completion",
        None,
        9,
    ),
    (
        "llama-index",
        "from llama_index.llms.openai import OpenAI\nOpenAI(model='m-1', max_tokens=9).complete('x')",
        "complete",
        "completion",
        "m-1",
        9,
    ),
    (
        "haystack",
        "from haystack.components.embedders import OpenAITextEmbedder\nOpenAITextEmbedder(model='m-1').run(text='x')",
        "run",
        "embedding",
        "m-1",
        None,
    ),
    (
        "transformers",
        "from transformers import AutoModelForCausalLM, GenerationConfig\nAutoModelForCausalLM.from_pretrained('m-1').generate(ids, generation_config=GenerationConfig(max_new_tokens=9))",
        "generate",
        "completion",
        "m-1",
        9,
    ),
    (
        "llama-cpp",
        "from llama_cpp import Llama\nllm = Llama.from_pretrained(repo_id='m-1', filename='*.gguf')\nllm.create_chat_completion(messages=[], max_tokens=9)",
        "create_chat_completion",
        "chat",
        "m-1",
        9,
    ),
    (
        "pydantic-ai",
        "from pydantic_ai import Agent\nasync def f():\n    async with Agent('m-1').run_stream('x', model_settings={'max_tokens': 9}):\n        pass",
        "run_stream",
        "agent",
        "m-1",
        9,
    ),
    (
        "vertexai",
        "from vertexai.batch_prediction import BatchPredictionJob\nBatchPredictionJob.submit(source_model='m-1', input_dataset='gs://x')",
        "submit",
        "batch",
        "m-1",
        None,
    ),
    (
        "haystack",
        "from haystack.components.generators.chat import OpenAIChatGenerator\nOpenAIChatGenerator(model='m-1').run(messages=[])",
        "run",
        "chat",
        "m-1",
        "none",
    ),
    (
        "instructor",
        "import instructor\nclient = instructor.from_provider('openai/m-1')\nclient.create(response_model=int, messages=[])",
        "create",
        "chat",
        None,
        None,
    ),
    (
        "openai",
        "import instructor\nfrom openai import OpenAI\nclient = instructor.from_openai(OpenAI())\nclient.chat.completions.create(model='m-1', response_model=int, messages=[], max_tokens=9)",
        "create",
        "chat",
        "m-1",
        9,
    ),
    (
        "pydantic-ai",
        "from pydantic_ai import Agent\nagent = Agent('openai:m-1', model_settings={'max_tokens': 9})\nagent.run_sync('x')",
        "run_sync",
        "agent",
        "openai:m-1",
        9,
    ),
    (
        "openai-agents",
        "from agents import Agent, Runner\nagent = Agent(name='a', model='m-1')\nRunner.run_sync(agent, 'x')",
        "run_sync",
        "agent",
        None,
        "none",
    ),
    ("crewai", "from crewai import LLM\nLLM(model='m-1', max_tokens=9).call('x')", "call", "chat", "m-1", 9),
    (
        "crewai",
        "from crewai import Agent, Crew, Task\na = Agent(role='r', goal='g', backstory='b', llm='m-1')\ncrew = Crew(agents=[a], tasks=[])\ncrew.kickoff()",
        "kickoff",
        "agent",
        "m-1",
        "none",
    ),
    (
        "autogen",
        "from autogen import AssistantAgent, UserProxyAgent\na = AssistantAgent('a')\nu = UserProxyAgent('u')\nu.initiate_chat(a, message='x')",
        "initiate_chat",
        "agent",
        None,
        "none",
    ),
    (
        "autogen",
        "from autogen_ext.models.openai import OpenAIChatCompletionClient\nasync def f():\n    await OpenAIChatCompletionClient(model='m-1', max_tokens=9).create([])",
        "create",
        "chat",
        "m-1",
        9,
    ),
    (
        "smolagents",
        "from smolagents import CodeAgent, OpenAIModel\nagent = CodeAgent(tools=[], model=OpenAIModel('m-1', max_tokens=9))\nagent.run('x')",
        "run",
        "agent",
        "m-1",
        9,
    ),
    (
        "semantic-kernel",
        "from semantic_kernel import Kernel\nasync def f(kernel: Kernel):\n    await kernel.invoke_prompt('x')",
        "invoke_prompt",
        "chat",
        None,
        None,
    ),
    (
        "pydantic-ai",
        "from pydantic_ai import Agent\nfrom pydantic_ai.models.openai import OpenAIChatModel\nagent = Agent(OpenAIChatModel('m-1'), model_settings={'max_tokens': 9})\nagent.run_sync('x')",
        "run_sync",
        "agent",
        "m-1",
        9,
    ),
    ("dspy", "import dspy\nlm = dspy.LM('m-1', max_tokens=9)\nlm('x')", "lm", "chat", "m-1", 9),
    ("dspy", "import dspy\nqa = dspy.ChainOfThought('q -> a')\nqa(q='x')", "qa", "chat", None, "unknown"),
    ("marvin", "import marvin\nmarvin.classify('x', labels=['a'])", "classify", "chat", None, None),
    (
        "guidance",
        "from guidance import models, gen\nlm = models.OpenAI('m-1')\nlm += 'x' + gen('a', max_tokens=9)",
        "gen",
        "completion",
        None,
        9,
    ),
    (
        "outlines",
        "import outlines\nfrom openai import OpenAI\nmodel = outlines.from_openai(OpenAI(), 'm-1')\nmodel('x', max_tokens=9)",
        "model",
        "completion",
        "m-1",
        9,
    ),
    (
        "outlines",
        "import outlines\nfrom openai import OpenAI\nserver = OpenAI(base_url='http://gpu:8000/v1')\n"
        "model = outlines.from_vllm(server, 'm-1')\nmodel('x', str, max_tokens=9)",
        "model",
        "completion",
        "m-1",
        9,
    ),
    ("mirascope", "from mirascope import llm\nllm.Model('m-1', max_tokens=9).call('x')", "call", "chat", "m-1", 9),
    (
        "claude-agent-sdk",
        "from claude_agent_sdk import query\nasync def f():\n    async for m in query(prompt='x'):\n        pass",
        "query",
        "agent",
        None,
        None,
    ),
    (
        "anthropic-http",
        "import httpx\nclient = httpx.AsyncClient(base_url='https://api.anthropic.com/v1')\nasync def f():\n    return await client.post('/messages', json={'model': 'm-1', 'max_tokens': 9, 'messages': []})",
        "post",
        "http",
        "m-1",
        9,
    ),
    (
        "cohere-http",
        "import httpx\nwith httpx.Client(base_url='https://api.cohere.com/v2/') as c:\n    c.post('chat', json={'model': 'm-1', 'max_tokens': 9, 'messages': []})",
        "post",
        "http",
        "m-1",
        9,
    ),
    (
        "ollama-http",
        "import aiohttp\nasync def f():\n    async with aiohttp.ClientSession('http://localhost:11434') as s:\n        await s.post('/api/generate', json={'model': 'm-1', 'prompt': 'Hi'})",
        "post",
        "http",
        "m-1",
        None,
    ),
    (
        "openai-http",
        "import httpx\nhttpx.post('https://api.openai.com/v1/chat/completions', json={'model': 'm-1', 'max_tokens': 9, 'messages': []})",
        "post",
        None,
        "m-1",
        9,
    ),
    (
        "anthropic-http",
        "import requests\nrequests.post(url='https://api.anthropic.com/v1/messages', json={'model': 'm-1', 'max_tokens': 9, 'messages': []})",
        "post",
        None,
        "m-1",
        9,
    ),
    (
        "azure-ai-inference",
        "from azure.ai.inference import ChatCompletionsClient\nChatCompletionsClient('e', 'k', model='m-1', max_tokens=9).complete(messages=[])",
        "complete",
        "chat",
        "m-1",
        9,
    ),
    (
        "azure-ai-inference",
        "from azure.ai.inference import EmbeddingsClient\nEmbeddingsClient('e', 'k').embed(input=['x'], model='m-1')",
        "embed",
        "embedding",
        "m-1",
        None,
    ),
    (
        "watsonx",
        "from ibm_watsonx_ai.foundation_models import ModelInference\nModelInference(model_id='m-1').generate_text('x', params={'max_new_tokens': 9})",
        "generate_text",
        "completion",
        "m-1",
        9,
    ),
    (
        "watsonx",
        "from ibm_watsonx_ai.foundation_models import ModelInference\nModelInference(model_id='m-1', params={'max_tokens': 9}).chat([])",
        "chat",
        "chat",
        "m-1",
        9,
    ),
    (
        "langchain",
        "from langchain.agents import create_agent\ncreate_agent('m-1').with_config({'recursion_limit': 3}).stream({'messages': []})",
        "stream",
        "agent",
        "m-1",
        None,
    ),
    (
        "langchain",
        "from langgraph.prebuilt import create_react_agent\ncreate_react_agent('m-1', []).with_config(x=1).invoke({'messages': []})",
        "invoke",
        "agent",
        "m-1",
        None,
    ),
    (
        "watsonx",
        "from ibm_watsonx_ai.gateway import Gateway\nGateway().chat.completions.create('m-1', [], max_tokens=9)",
        "create",
        "chat",
        "m-1",
        9,
    ),
    (
        "watsonx",
        "from ibm_watsonx_ai.gateway import Gateway\nasync def f(gateway: Gateway, **k):\n    return await gateway.completions.acreate(model='m-1', prompt='x', max_tokens=9)",
        "acreate",
        "completion",
        "m-1",
        9,
    ),
    (
        "watsonx",
        "from ibm_watsonx_ai.gateway import GatewayInference\nGatewayInference(model='m-1', max_tokens=9).generate('x')",
        "generate",
        "completion",
        "m-1",
        9,
    ),
    (
        "qianfan",
        "import qianfan\nqianfan.ChatCompletion().do(model='m-1', messages=[], max_output_tokens=9)",
        "do",
        "chat",
        "m-1",
        9,
    ),
    ("qianfan", "import qianfan\nqianfan.Embedding().do(['x'], 'm-1')", "do", "embedding", "m-1", None),
    ("sambanova", "from sambanova import SambaNova\nclient = SambaNova()\n" + CHAT, "create", "chat", "m-1", 9),
    (
        "aleph-alpha",
        "from aleph_alpha_client import Client, CompletionRequest, Prompt\nClient('t').complete(CompletionRequest(Prompt.from_text('x'), maximum_tokens=9), 'm-1')",
        "complete",
        "completion",
        "m-1",
        9,
    ),
    (
        "gpt4all",
        "from gpt4all import GPT4All\nGPT4All('m-1').generate('x', max_tokens=9)",
        "generate",
        "completion",
        "m-1",
        9,
    ),
    ("gpt4all", "from gpt4all import GPT4All\nGPT4All('m-1').generate('x')", "generate", "completion", "m-1", "none"),
    (
        "ctransformers",
        "from ctransformers import AutoModelForCausalLM\nllm = AutoModelForCausalLM.from_pretrained('m-1')\nllm('x', max_new_tokens=9)",
        "llm",
        "completion",
        "m-1",
        9,
    ),
    (
        "transformers",
        "from transformers import AutoModelForCausalLM\nAutoModelForCausalLM.from_pretrained('m-1').to('cuda').generate(ids, max_new_tokens=9)",
        "generate",
        "completion",
        "m-1",
        9,
    ),
    (
        "llama-cpp",
        "from llama_cpp import Llama\nclass A:\n    def __init__(self):\n        self.model = Llama('m.gguf')\n    def ask(self):\n        return self.model('x', None, 9)",
        "model",
        "completion",
        "m.gguf",
        9,
    ),
    ("zhipuai", "from zai import ZhipuAiClient\nclient = ZhipuAiClient()\n" + CHAT, "create", "chat", "m-1", 9),
    (
        "dashscope",
        "from dashscope import TextEmbedding\nTextEmbedding.call('m-1', ['x'])",
        "call",
        "embedding",
        "m-1",
        None,
    ),
    (
        "vertexai",
        "from vertexai.preview.language_models import ChatModel\nchat = ChatModel.from_pretrained('m-1').start_chat(max_output_tokens=9)\nchat.send_message('x')",
        "send_message",
        "chat",
        "m-1",
        9,
    ),
    (
        "vertexai",
        "from vertexai.language_models import CodeGenerationModel\nCodeGenerationModel.from_pretrained('m-1').predict('x', max_output_tokens=9)",
        "predict",
        "completion",
        "m-1",
        9,
    ),
    (
        "vertexai",
        "from vertexai.generative_models import GenerationConfig, GenerativeModel\nGenerativeModel('m-1', generation_config=GenerationConfig(max_output_tokens=9)).start_chat().send_message('x')",
        "send_message",
        "chat",
        "m-1",
        9,
    ),
    (
        "mistral",
        "from mistralai import Mistral\nasync def f(c: Mistral):\n    await c.embeddings.create_async(model='m-1', inputs=['x'])",
        "create_async",
        "embedding",
        "m-1",
        None,
    ),
    (
        "mistral",
        "from mistralai import Mistral\nMistral().chat.parse(dict, model='m-1', messages=[], max_tokens=9)",
        "parse",
        "chat",
        "m-1",
        9,
    ),
    (
        "cohere",
        "import openai\ndef f(client):\n    return client.api.chat(model='m-1', message='x', preamble='y', max_tokens=9)",
        "chat",
        "chat",
        "m-1",
        9,
    ),
    (
        "litellm",
        "from litellm import Router\nclass A:\n    router: Router\n    async def ask(self):\n        await self.router.acompletion('m-1', [], max_tokens=9)",
        "acompletion",
        "chat",
        "m-1",
        9,
    ),
    (
        "litellm",
        "import litellm\nlitellm.batch_completion('m-1', [[]], max_tokens=9)",
        "batch_completion",
        "chat",
        "m-1",
        9,
    ),
    (
        "openai",
        "import openai\nopenai.beta.chat.completions.parse(model='m-1', messages=[], max_tokens=9)",
        "parse",
        "chat",
        "m-1",
        9,
    ),
    (
        "openai",
        "from openai import OpenAI\nOpenAI().beta.threads.runs.create('t', assistant_id='a', model='m-1', max_completion_tokens=9)",
        "create",
        "agent",
        "m-1",
        9,
    ),
    (
        "openai",
        "from openai import OpenAI\nOpenAI().images.generate(model='m-1', prompt='x')",
        "generate",
        "image",
        "m-1",
        None,
    ),
    (
        "openai",
        "from openai import OpenAI\nOpenAI().audio.transcriptions.create(model='m-1', file=f)",
        "create",
        "audio",
        "m-1",
        None,
    ),
    (
        "openai-legacy",
        "import openai\nopenai.Embedding.create(engine='m-1', input='x')",
        "create",
        "embedding",
        "m-1",
        None,
    ),
    (
        "bedrock",
        "import boto3, json\nb = boto3.client('bedrock-runtime')\nb.invoke_model(modelId=m, body=json.dumps({'texts': ['x'], 'input_type': 'q'}))",
        "invoke_model",
        "embedding",
        None,
        None,
    ),
    (
        "bedrock",
        "import boto3, json\nb = boto3.client('bedrock-runtime')\nb.invoke_model(modelId=m, body=json.dumps({'inputText': 'x', 'textGenerationConfig': {'maxTokenCount': 9}}))",
        "invoke_model",
        "chat",
        None,
        9,
    ),
    (
        "bedrock",
        "import boto3, json\nb = boto3.client('bedrock-runtime')\nb.invoke_model(modelId=m, body=json.dumps({'messages': [], 'inferenceConfig': {'maxTokens': 9}}))",
        "invoke_model",
        "chat",
        None,
        9,
    ),
    (
        "bedrock",
        "import boto3, json\nb = boto3.client('bedrock-runtime')\nb.invoke_model(modelId=m, body=json.dumps({'messages': [], 'inferenceConfig': {'max_new_tokens': 9}}))",
        "invoke_model",
        "chat",
        None,
        9,
    ),
    (
        "bedrock",
        "import boto3, json\nb = boto3.client('bedrock-runtime')\nb.invoke_model(modelId=m, body=json.dumps({'messages': [], 'max_completion_tokens': 9}))",
        "invoke_model",
        "chat",
        None,
        9,
    ),
    (
        "bedrock",
        "import boto3, json\nb = boto3.client('bedrock-runtime')\nb.invoke_model(modelId=m, body=json.dumps({'prompt': 'x', 'maxTokens': 9}))",
        "invoke_model",
        "chat",
        None,
        9,
    ),
    (
        "bedrock",
        "import boto3, json\nb = boto3.client('bedrock-runtime')\nb.invoke_model(modelId='amazon.nova-canvas-v1:0', body=json.dumps({'taskType': 'TEXT_IMAGE'}))",
        "invoke_model",
        "image",
        "amazon.nova-canvas-v1:0",
        None,
    ),
    (
        "anthropic-bedrock",
        "import anthropic\nanthropic.AnthropicBedrock().messages.create(model='m-1', max_tokens=9, messages=[])",
        "create",
        "chat",
        "m-1",
        9,
    ),
    (
        "google-genai",
        "from google import genai\nasync def f():\n    await genai.Client().aio.models.generate_content(model='m-1', contents='x')",
        "generate_content",
        "chat",
        "m-1",
        "none",
    ),
    (
        "dspy",
        "import dspy\nclass M(dspy.Module):\n    def __init__(self):\n        self.ask = dspy.Predict('q -> a')\n    def forward(self, q):\n        return self.ask(q=q)\nM()('x')",
        "ask",
        "chat",
        None,
        "unknown",
    ),
    (
        "dspy",
        "import dspy\nasync def f(react: dspy.ReAct):\n    await react.acall(q='x')",
        "acall",
        "agent",
        None,
        "unknown",
    ),
    (
        "langchain",
        "from typing import Optional\nfrom langchain.agents import AgentExecutor\nclass S:\n    def __init__(self):\n        self.runs: Optional[AgentExecutor] = None\n    async def ask(self):\n        await self.runs.ainvoke({})",
        "ainvoke",
        "agent",
        None,
        "unknown",
    ),
    (
        "langchain",
        "from langchain.agents import initialize_agent\nfrom langchain.chat_models import ChatOpenAI\nagent = initialize_agent([], ChatOpenAI(model_name='m-1', max_tokens=9))\nagent.run('x')",
        "run",
        "agent",
        "m-1",
        9,
    ),
    (
        "langchain",
        "from langchain.chains import RetrievalQA\nfrom langchain_openai import ChatOpenAI\nqa = RetrievalQA.from_chain_type(llm=ChatOpenAI(model='m-1', max_tokens=9), retriever=r)\nqa({'query': 'x'})",
        "qa",
        "chat",
        "m-1",
        9,
    ),
    (
        "langchain",
        "from langchain.chains.question_answering import load_qa_chain\nfrom langchain.llms import OpenAI\nload_qa_chain(OpenAI(model_name='m-1', max_tokens=9)).run(question='x')",
        "run",
        "chat",
        "m-1",
        9,
    ),
    (
        "langchain",
        "from langchain.schema.language_model import BaseLanguageModel\ndef f(lm: BaseLanguageModel):\n    return lm.predict('x')",
        "predict",
        "chat",
        None,
        "unknown",
    ),
    (
        "langchain",
        "from langchain.embeddings.base import Embeddings\nclass A:\n    vectors: Embeddings\n    def f(self):\n        return self.vectors.embed_documents(['x'])",
        "embed_documents",
        "embedding",
        None,
        None,
    ),
    (
        "langchain",
        "from langchain_classic.agents import initialize_agent\nagent = initialize_agent([], llm)\nagent('x')",
        "agent",
        "agent",
        None,
        "unknown",
    ),
    (
        "langchain",
        "from langgraph.prebuilt import create_react_agent\nfrom langchain_openai import ChatOpenAI\ncreate_react_agent(ChatOpenAI(model='m-1', max_tokens=9), []).invoke({})",
        "invoke",
        "agent",
        "m-1",
        9,
    ),
    (
        "llama-index",
        "from llama_index.core import VectorStoreIndex\nVectorStoreIndex.from_documents([]).as_query_engine().query('x')",
        "query",
        "agent",
        None,
        "unknown",
    ),
    (
        "openai-agents",
        "from agents import Agent, ModelSettings, Runner\nagent = Agent(name='a', model='m-1', model_settings=ModelSettings(max_tokens=9))\nRunner.run_sync(agent, 'x')",
        "run_sync",
        "agent",
        "m-1",
        9,
    ),
    (
        "magentic",
        "from magentic import prompt\n@prompt('Say {x}.')\ndef say(x: str) -> str: ...\nsay('y')",
        "say",
        "chat",
        None,
        "unknown",
    ),
    (
        "ell",
        "import ell\n@ell.simple(model='m-1', max_tokens=9)\ndef say(x):\n    'You are kind.'\n    return f'Hi {x}'\nsay('y')",
        "say",
        "chat",
        "m-1",
        9,
    ),
    (
        "ollama-http",
        "import json, urllib.request\nurllib.request.Request('http://gpu:11434/api/generate', data=json.dumps({'model': 'm-1', 'prompt': 'x', 'options': {'num_predict': 9}}).encode())",
        "Request",
        None,
        "m-1",
        9,
    ),
    (
        "google-http",
        "import requests\nrequests.post(f'https://generativelanguage.googleapis.com/v1beta/models/m-1:generateContent?key={key}', json={'contents': [], 'generationConfig': {'maxOutputTokens': 9}})",
        "post",
        None,
        "m-1",
        9,
    ),
    (
        "google-http",
        "import requests\nrequests.post('https://generativelanguage.googleapis.com/v1beta2/models/m-1:generateText', json={'prompt': {'text': 'x'}, 'maxOutputTokens': 9})",
        "post",
        "http",
        "m-1",
        9,
    ),
    (
        "google-http",
        "import requests\nrequests.post('https://generativelanguage.googleapis.com/v1beta2/models/m-1:generateMessage', json={'prompt': {'messages': []}})",
        "post",
        "http",
        "m-1",
        None,
    ),
    (
        "google-http",
        "import requests\nrequests.post('https://generativelanguage.googleapis.com/v1beta2/models/m-1:embedText', json={'text': 'x'})",
        "post",
        "embedding",
        "m-1",
        None,
    ),
    (
        "google-http",
        "import requests\nrequests.post('https://generativelanguage.googleapis.com/v1beta2/models/m-1:batchEmbedText', json={'texts': ['x']})",
        "post",
        "embedding",
        "m-1",
        None,
    ),
    (
        "ai21-http",
        "import requests\nrequests.post('https://api.ai21.com/studio/v1/j2-mid/complete', json={'prompt': 'x', 'maxTokens': 9})",
        "post",
        "http",
        "j2-mid",
        9,
    ),
    (
        "ai21-http",
        "import requests\nrequests.post('https://api.ai21.com/studio/v1/j2-mid/chat', json={'messages': [], 'maxTokens': 9})",
        "post",
        "http",
        "j2-mid",
        9,
    ),
    (
        "aleph-alpha-http",
        "import requests\nrequests.post('https://api.aleph-alpha.com/complete', json={'model': 'm-1', 'prompt': 'x', 'maximum_tokens': 9})",
        "post",
        "http",
        "m-1",
        9,
    ),
    (
        "aleph-alpha-http",
        "import requests\nrequests.post('https://api.aleph-alpha.com/semantic_embed', json={'model': 'm-1', 'prompt': 'x'})",
        "post",
        "embedding",
        "m-1",
        None,
    ),
    (
        "qianfan-http",
        "import json, requests\nrequests.request('POST', 'https://aip.baidubce.com/rpc/2.0/ai_custom/v1/wenxinworkshop/chat/completions_pro?access_token=' + key(), data=json.dumps({'messages': [], 'max_output_tokens': 9}))",
        "request",
        "http",
        None,
        9,
    ),
    (
        "qianfan-http",
        "import requests\nrequests.post('https://aip.baidubce.com/rpc/2.0/ai_custom/v1/wenxinworkshop/embeddings/embedding-v1', json={'input': ['x']})",
        "post",
        "embedding",
        None,
        None,
    ),
    (
        "sglang-http",
        "import requests\ndef f(base):\n    requests.post(f'{base}/generate', json={'text': 'x', 'sampling_params': {'max_new_tokens': 9}})",
        "post",
        "http",
        None,
        9,
    ),
    (
        "openai-http",
        "import openai, requests\nclass A:\n    def __init__(self, base):\n        self.url = base + '/embeddings'\n    def f(self, x):\n        return requests.post(self.url, json={'content': x})",
        "post",
        "embedding",
        None,
        None,
    ),
    (
        "jina-http",
        "import aiohttp\nasync def send(url, body):\n    async with aiohttp.ClientSession() as s:\n        async with s.post(url, json=body) as r:\n            return r\nasync def embed(x):\n    return await send('https://api.jina.ai/v1/embeddings', {'model': 'm-1', 'input': x})",
        "post",
        "embedding",
        None,
        None,
    ),
    (
        "openai-http",
        "import httpx\ndef f(base):\n    with httpx.Client().stream('POST', f'{base}/v1/chat/completions', json={'model': 'm-1', 'max_tokens': 9, 'messages': []}) as r:\n        pass",
        "stream",
        None,
        "m-1",
        9,
    ),
    (
        "mistral-http",
        "import httpx\nfrom httpx_sse import connect_sse\ndef f(body):\n    with connect_sse(httpx.Client(), 'POST', 'https://api.mistral.ai/v1/chat/completions', json={'model': 'm-1', 'max_tokens': 9, 'messages': []}) as r:\n        pass",
        "connect_sse",
        None,
        "m-1",
        9,
    ),
    (
        "cohere-http",
        "import requests\ndef f(retry):\n    return retry(call=requests.post, url='https://api.cohere.ai/v1/chat', json={'model': 'm-1', 'message': 'x', 'max_tokens': 9})",
        "post",
        None,
        "m-1",
        9,
    ),
    (
        "huggingface-http",
        "import requests\nrequests.post('https://api-inference.huggingface.co/models/o/m-1', json={'inputs': 'x', 'parameters': {'max_new_tokens': 9}})",
        "post",
        None,
        "o/m-1",
        9,
    ),
    (
        "azure-openai-http",
        "import requests\nrequests.post('https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=1', json={'messages': [], 'max_tokens': 9})",
        "post",
        None,
        None,
        9,
    ),
    (
        "mistral",
        "from mistralai.client import MistralClient\nMistralClient().chat('m-1', messages=[], max_tokens=9)",
        "chat",
        "chat",
        "m-1",
        9,
    ),
    (
        "fireworks",
        "from fireworks.client import Fireworks\nclient = Fireworks()\nclient.chat.completions.create(model='m-1', max_tokens=9, messages=[{'role': 'user', 'content': 'x'}])",
        "create",
        "chat",
        "m-1",
        9,
    ),
    (
        "google-generativeai",
        "import google.generativeai as genai\nmodel = genai.GenerativeModel('m-1', generation_config=genai.GenerationConfig(max_output_tokens=9))\nmodel.start_chat().send_message('x')",
        "send_message",
        "chat",
        "m-1",
        9,
    ),
    (
        "instructor",
        "import instructor\nclient = instructor.from_provider('openai/m-1')\nclient.create(response_model=int, messages=[], max_tokens=9)",
        "create",
        "chat",
        "openai/m-1",
        9,
    ),
    (
        "instructor",
        "import instructor\nclient = instructor.from_provider('openai/m-1')\nclient.create(response_model=int, messages=[], max_completion_tokens=9)",
        "create",
        "chat",
        "openai/m-1",
        9,
    ),
    (
        "instructor",
        "import instructor\nclient = instructor.from_provider('google/m-1')\nclient.create(response_model=int, messages=[], generation_config={'max_tokens': 9})",
        "create",
        "chat",
        "google/m-1",
        9,
    ),
    (
        "instructor",
        "import instructor\nclient = instructor.from_provider('bedrock/m-1')\nclient.create(response_model=int, messages=[], inferenceConfig={'maxTokens': 9})",
        "create",
        "chat",
        "bedrock/m-1",
        9,
    ),
    (
        "google-genai",
        "import instructor\nfrom google import genai\nfrom google.genai import types\nclient = instructor.from_genai(genai.Client())\nclient.chat.completions.create(model='m-1', response_model=int, messages=[], config=types.GenerateContentConfig(max_output_tokens=9))",
        "create",
        "chat",
        "m-1",
        9,
    ),
    (
        "claude-agent-sdk",
        "from claude_agent_sdk import ClaudeAgentOptions, query\noptions = ClaudeAgentOptions(model='m-1')\nquery(prompt='x', options=options)",
        "query",
        "agent",
        "m-1",
        "unknown",
    ),
    (
        "claude-agent-sdk",
        "from claude_agent_sdk import ClaudeAgentOptions, ClaudeSDKClient\nasync def f():\n    async with ClaudeSDKClient(ClaudeAgentOptions(model='m-1')) as client:\n        await client.query('x')",
        "query",
        "agent",
        "m-1",
        "unknown",
    ),
    (
        "ag2",
        "from ag2 import Agent\nfrom ag2.config import OpenAIConfig\nagent = Agent('a', config=OpenAIConfig(model='m-1', max_tokens=9))\nasync def f():\n    await agent.ask('x')",
        "ask",
        "agent",
        "m-1",
        9,
    ),
    (
        "autogen",
        "from autogen import ConversableAgent, LLMConfig\nagent = ConversableAgent('a', llm_config=LLMConfig(model='m-1', max_tokens=9))\nagent.run(message='x')",
        "run",
        "agent",
        "m-1",
        9,
    ),
    (
        "autogen",
        "from autogen import AssistantAgent, UserProxyAgent\nagent = AssistantAgent('a', llm_config={'model': 'm-1', 'max_tokens': 9})\nUserProxyAgent('u').initiate_chat(agent, message='x')",
        "initiate_chat",
        "agent",
        "m-1",
        9,
    ),
    (
        "semantic-kernel",
        "from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion, OpenAIChatPromptExecutionSettings\nasync def f(history):\n    await OpenAIChatCompletion(ai_model_id='m-1').get_chat_message_content(history, OpenAIChatPromptExecutionSettings(max_tokens=9))",
        "get_chat_message_content",
        "chat",
        "m-1",
        9,
    ),
    (
        "semantic-kernel",
        "from semantic_kernel.agents import ChatCompletionAgent\nfrom semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion\nagent = ChatCompletionAgent(service=OpenAIChatCompletion(ai_model_id='m-1'), instructions='x')\nasync def f():\n    await agent.get_response('x')",
        "get_response",
        "agent",
        "m-1",
        None,
    ),
    (
        "semantic-kernel",
        "from semantic_kernel import Kernel\nfrom semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion\nkernel = Kernel()\nkernel.add_service(OpenAIChatCompletion(ai_model_id='m-1'))\nasync def f():\n    await kernel.invoke_prompt('x')",
        "invoke_prompt",
        "chat",
        "m-1",
        None,
    ),
    (
        "haystack",
        "from haystack import Pipeline\nfrom haystack.components.generators.chat import OpenAIChatGenerator\npipe = Pipeline()\npipe.add_component('llm', OpenAIChatGenerator(model='m-1', generation_kwargs={'max_tokens': 9}))\npipe.run({})",
        "run",
        "agent",
        "m-1",
        9,
    ),
    (
        "smolagents",
        "from smolagents import LiteLLMModel\nmodel = LiteLLMModel('m-1')\nmodel([])",
        "model",
        "chat",
        "m-1",
        "none",
    ),
    (
        "magentic",
        "from magentic import OpenaiChatModel, prompt\n@prompt('Say {x}', model=OpenaiChatModel('m-1', max_tokens=9))\ndef say(x): ...\nsay('y')",
        "say",
        "chat",
        "m-1",
        9,
    ),
    (
        "mirascope",
        "from mirascope.core import anthropic\n@anthropic.call('m-1', call_params={'max_tokens': 9})\ndef say(x):\n    return f'Say {x}'\nsay('y')",
        "say",
        "chat",
        "m-1",
        9,
    ),
    (
        "replicate",
        "import replicate\nreplicate.run('m-1', input={'prompt': 'Say hello to them.', 'max_tokens': 9})",
        "run",
        "completion",
        "m-1",
        9,
    ),
    (
        "cohere",
        "import cohere\ncohere.Client('k').batch_generate(prompts=['x'], model='m-1', max_tokens=9)",
        "batch_generate",
        "completion",
        "m-1",
        9,
    ),
    (
        "marvin",
        "import marvin\nmarvin.cast('x', target=int, model_kwargs={'model': 'm-1', 'max_tokens': 9})",
        "cast",
        "chat",
        "m-1",
        9,
    ),
    (
        "dspy",
        "import dspy\nclass M(dspy.Module):\n    def __init__(self, inner: dspy.Module):\n        self.inner = inner\n    def forward(self, q):\n        return self.inner(q=q)",
        "inner",
        "chat",
        None,
        "unknown",
    ),
    (
        "dspy",
        "import dspy\nlm = dspy.LM('m-1', max_tokens=9)\ndspy.configure(lm=lm)\nqa = dspy.Predict('q -> a')\nqa(q='x')",
        "qa",
        "chat",
        "m-1",
        9,
    ),
    (
        "llama-index",
        "from llama_index.core import Settings\nfrom llama_index.llms.openai import OpenAI\ndef start():\n    Settings.llm = OpenAI('m-1', max_tokens=9)\nSettings.llm.complete('x')",
        "complete",
        "completion",
        "m-1",
        9,
    ),
    (
        "anthropic",
        "import importlib\nfor name in ('anthropic', 'numpy'):\n    globals()[name] = importlib.import_module(name)\nanthropic.Anthropic().messages.create(model='m-1', max_tokens=9, messages=[])",
        "create",
        "chat",
        "m-1",
        9,
    ),
    (
        "fastembed",
        "from fastembed import TextEmbedding\nTextEmbedding(model_name='m-1').embed(['x'])",
        "embed",
        "embedding",
        "m-1",
        None,
    ),
    (
        "fastembed",
        "from fastembed import TextEmbedding\nclass E:\n    def __init__(self):\n        self.model = TextEmbedding()\n    def one(self, q):\n        return list(self.model.query_embed(q))[0]",
        "query_embed",
        "embedding",
        "BAAI/bge-small-en-v1.5",
        None,
    ),
    (
        "fastembed",
        "from fastembed import SparseTextEmbedding\nSparseTextEmbedding('m-1').passage_embed(['x'])",
        "passage_embed",
        "embedding",
        "m-1",
        None,
    ),
    (
        "fastembed",
        "from fastembed import ImageEmbedding\nImageEmbedding('m-1').embed(['x.png'])",
        "embed",
        "embedding",
        "m-1",
        None,
    ),
    (
        "sagemaker",
        "import boto3, json\nr = boto3.client('sagemaker-runtime')\nr.invoke_endpoint(EndpointName='e', Body=json.dumps({'inputs': 'x', 'parameters': {'max_new_tokens': 9}}))",
        "invoke_endpoint",
        "chat",
        None,
        9,
    ),
    (
        "sagemaker",
        "import boto3, json\nr = boto3.client('sagemaker-runtime')\ndef ask(messages):\n    request = {'EndpointName': 'e', 'Body': json.dumps({'messages': messages, 'max_tokens': 9})}\n    return r.invoke_endpoint_with_response_stream(**request)",
        "invoke_endpoint_with_response_stream",
        "chat",
        None,
        9,
    ),
    (
        "sagemaker",
        "import boto3, json\nr = boto3.client('sagemaker-runtime')\ndef ask(messages):\n    return r.invoke_endpoint(EndpointName='e', Body=json.dumps({'messages': messages}))",
        "invoke_endpoint",
        "chat",
        None,
        "none",
    ),
    (
        "huggingface",
        "from huggingface_hub import InferenceApi\napi = InferenceApi('m-1', task='text-generation')\napi(inputs='x', params={'max_new_tokens': 9})",
        "api",
        "completion",
        "m-1",
        9,
    ),
    (
        "llama-index",
        "from llama_index.multi_modal_llms.openai import OpenAIMultiModal\nfrom llama_index.multi_modal_llms.ollama import OllamaMultiModal\ndef f(local):\n    llm = OllamaMultiModal(model='m-2') if local else OpenAIMultiModal(model='m-1', max_new_tokens=9)\n    llm.complete(prompt='x', image_documents=[])",
        "complete",
        "completion",
        None,
        "dynamic",
    ),
    (
        "llama-index",
        "from llama_index.multi_modal_llms.openai import OpenAIMultiModal\nOpenAIMultiModal(model='m-1', max_new_tokens=9).complete(prompt='x', image_documents=[])",
        "complete",
        "completion",
        "m-1",
        9,
    ),
]


@pytest.mark.parametrize(
    ("sdk", "text", "last", "kind", "model", "cap"),
    [*PROGRAMS, *MORE],
    ids=[f"{p[0]}-{p[2]}-{i}" for i, p in enumerate([*PROGRAMS, *MORE])],
)
def test_a_program_of_an_sdk(found, sdk, text, last, kind, model, cap) -> None:
    (call,) = found(text + "\n").project.calls
    assert (call.sdk, call.callee.rpartition(".")[2]) == (sdk, last)
    assert kind is None or call.kind == kind
    assert model is None or call.model.values == (model,)
    if isinstance(cap, int):
        assert (call.cap.state, call.cap.value) == ("number", cap)
    elif cap is not None:
        assert call.cap.state == cap
    elif call.kind in ("embedding", "image", "audio"):
        assert call.cap is None


def test_every_table_is_used_by_a_program_or_says_why() -> None:
    from promptlint.knowledge.lookup import load

    shown = {program[0].partition("-http")[0] for program in (*PROGRAMS, *MORE)}
    for sdk in load().sdks.values():
        functions = [call for call in sdk.call if not call.match[0].startswith("{")]
        assert {row.report for row in (*sdk.client, *sdk.decorator, *functions)} <= shown, sdk.id


@pytest.mark.parametrize(("text", "missing", "default"), UNCAPPED)
def test_a_call_without_a_cap_is_judged_as_its_sdk_says(found, text, missing, default) -> None:
    (call,) = found(text + "\n").project.calls
    assert (call.cap.state, call.cap.missing, call.cap.default) == ("none", missing, default)


@pytest.mark.parametrize(("text", "parts"), IN_PARTS)
def test_an_answer_in_parts_is_said_to_be(found, text, parts) -> None:
    (call,) = found(text + "\n").project.calls
    assert call.stream is parts


@pytest.mark.parametrize("text", ASKED.values(), ids=ASKED)
def test_what_a_model_is_told_stands_before_what_it_is_asked(found, text) -> None:
    project = found(text.format(text="'Go where the wind goes.'") + "\n").project
    (call,) = project.calls
    assert call.messages[0].role == "system"
    assert {p.text for p in project.prompts if call.site_id in p.used_by} == {"Go where the wind goes.", "What now?"}


def test_a_runner_asks_the_models_of_the_agents_that_follow_each_other(found) -> None:
    text = """
from google.adk.agents import LlmAgent, SequentialAgent
from google.adk.runners import InMemoryRunner
cook = LlmAgent(name='cook', model='m-1', instruction='You cook for students.')
planner = LlmAgent(name='planner', model='m-2', instruction='You plan the week.')
InMemoryRunner(SequentialAgent(name='both', sub_agents=[planner, cook])).run(user_id='u', session_id='s', new_message='Plan a menu.')
"""
    project = found(text).project
    (call,) = project.calls
    assert call.model.values == ("m-1", "m-2")
    assert all(call.site_id in prompt.used_by for prompt in project.prompts)
    assert len(project.prompts) == 3


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_what_asks_no_model_is_no_call(found, text) -> None:
    assert found(text + "\n").project.calls == ()


NO_CALLS = {
    "text that is generated by something else": "from transformers import AutoTokenizer\ndef f(report):\n    return report.generate(pages=3)",
    "runnables side by side without a model": "from langchain_core.runnables import RunnableParallel, RunnablePassthrough\ndef f(retriever, q):\n    return RunnableParallel(context=retriever, question=RunnablePassthrough()).invoke(q)",
    "events that come from no model": "import httpx\nfrom httpx_sse import connect_sse\nwith connect_sse(httpx.Client(), 'GET', 'https://example.org/events') as r:\n    pass",
    "a pipeline without a model": "from haystack import Pipeline\nfrom haystack.components.writers import DocumentWriter\npipe = Pipeline()\npipe.add_component('writer', DocumentWriter())\npipe.run({})",
    "a package that nothing imports": "import importlib\nimportlib.import_module('numpy')\nanthropic.Anthropic().count(model='m-1')",
    "a pipeline of another task": "from transformers import pipeline\nclassify = pipeline('zero-shot-classification', model='m-1')\nclassify('x', ['a'])",
    "a pipeline of another task, unless the caller names one": "from transformers import pipeline\nclass Settings:\n    task: str = 'zero-shot-classification'\nsettings = Settings()\ndef f(x, task=None):\n    classify = pipeline(task or settings.task, model='m-1')\n    return classify(x, ['a'])",
    "an endpoint that serves a classifier": "import boto3, json\nr = boto3.client('sagemaker-runtime')\nr.invoke_endpoint(EndpointName='e', Body=json.dumps({'inputs': 'x', 'parameters': {'candidate_labels': ['a']}}))",
    "an endpoint of which nothing is known": "import boto3, json\nr = boto3.client('sagemaker-runtime')\ndef ask(body):\n    return r.invoke_endpoint(EndpointName='e', Body=body)",
    "an endpoint that is kept for later": "import boto3, json\nr = boto3.client('sagemaker-runtime')\nclass Bot:\n    def __init__(self):\n        self._ask = r.invoke_endpoint",
    "an endpoint of tables, in a thread": "import asyncio\nimport boto3, json\nr = boto3.client('sagemaker-runtime')\nasyncio.to_thread(r.invoke_endpoint, EndpointName='e', Body='1,2,3', ContentType='text/csv')",
    "an interface to vectors": "from huggingface_hub import InferenceApi\nInferenceApi(repo_id='m-1', task='token-classification')(inputs='x')",
    "a module of the project": "import dspy\nclass M(dspy.Module):\n    def forward(self, q):\n        return q\nclass N(dspy.Module):\n    def __init__(self):\n        self.m = M()\n    def forward(self, q):\n        return self.m(q)",
    "a method the project defines": "from langchain_core.embeddings import Embeddings\nclass Mine(Embeddings):\n    def embed_query(self, text):\n        return [len(text)]\nMine().embed_query('x')",
    "a chat service": "import openai, requests\nrequests.post('https://chat.example.com/messages', json={'text': 'x', 'messages': []})",
    "a route": "import openai\n@app.post('/v1/embeddings')\ndef embed(input: str):\n    return input",
    "an unknown method with the words of a request": "import openai\ndef f(counter):\n    return counter.count(model='m', messages=[])",
    "a generator of something else": "import openai, requests\nrequests.post('https://x.example.com/generate', json={'inputs': 'x'})",
}


@pytest.mark.parametrize("text", NO_CALLS.values(), ids=NO_CALLS)
def test_what_looks_like_a_request_and_is_none(found, text) -> None:
    assert found(text + "\n").project.calls == ()


def test_the_docstring_of_a_signature_is_the_prompt_of_its_module(found) -> None:
    project = found(
        "import dspy\nclass Answer(dspy.Signature):\n    'Answer the question in one short sentence.'\n    q = dspy.InputField()\n"
        "answer = dspy.ChainOfThought(Answer)\nanswer(q='x')\n"
    ).project
    (call,), (prompt,) = project.calls, project.prompts
    assert (prompt.form, prompt.role, prompt.used_by) == ("docstring", "system", (call.site_id,))
    assert call.messages[0].segments[0].text == "Answer the question in one short sentence."


def test_the_docstring_of_another_class_is_no_prompt(found) -> None:
    assert not found(
        "import dspy\nclass M(dspy.Module):\n    'Answer the question in one short sentence.'\n"
    ).project.prompts


def test_a_url_is_followed_to_who_builds_the_object(found) -> None:
    (call,) = found(
        {
            "p/__init__.py": "",
            "p/rest.py": "import requests\nclass Rest:\n    def __init__(self, url):\n        self.url = url\n",
            "p/chat.py": "import requests\nfrom p.rest import Rest\nHOST = 'https://api.openai.com'\nclass Chat(Rest):\n"
            "    def ask(self):\n        return requests.post(self.url, json={'model': 'm-1'})\n",
            "p/make.py": "from p.chat import HOST, Chat\nChat(HOST + '/v1/chat/completions').ask()\n",
        }
    ).project.calls
    assert (call.sdk, call.model.values) == ("openai-http", ("m-1",))


def test_a_function_that_is_wrapped_and_called_takes_the_keywords_of_that_call(found) -> None:
    (call,) = found(
        "from openai import OpenAI\nclient = OpenAI()\n"
        "retries(client.chat.completions.create, errors=(ValueError,))(model='m-1', messages=[], max_tokens=9)\n"
    ).project.calls
    assert (call.callee, call.model.values, call.reference) == ("client.chat.completions.create", ("m-1",), True)
    assert call.cap is not None
    assert call.cap.value == 9


@pytest.mark.parametrize(("condition", "known"), [("v is not None", True), ("v", True), ("k in wanted", False)])
def test_a_copy_of_a_dictionary_has_its_keys_but_may_lack_them_when_keys_are_chosen(found, condition, known) -> None:
    (call,) = found(
        "from openai import OpenAI\ngiven = {'model': 'm-1', 'max_tokens': 9, 'stop': None}\n"
        f"OpenAI().chat.completions.create(messages=[], **{{k: v for k, v in given.items() if {condition}}})\n"
    ).project.calls
    assert call.model.values == ("m-1",)
    assert (call.model.basis, call.cap.state) == (("literal", "number") if known else ("default", "dynamic"))


@pytest.mark.parametrize(("annotation", "calls"), [(": BaseChatModel", 0), ("", 1)])
def test_an_injected_model_of_a_class_of_the_project_is_no_langchain_model(found, annotation, calls) -> None:
    project = found(
        {
            "p/__init__.py": "",
            "p/base.py": "class BaseChatModel:\n    async def ainvoke(self, x): ...\n",
            "p/app.py": "import openai\nfrom p.base import BaseChatModel\n"
            f"class A:\n    def __init__(self, llm{annotation}):\n        self.llm = llm\n"
            "    async def ask(self, x):\n        return await self.llm.ainvoke(x)\n",
        }
    ).project
    assert len(project.calls) == calls


INJECTED = {
    "bedrock, without an import": (
        "import json\nclass Titan:\n    def __init__(self, client):\n        self.client = client\n    def embed(self, text):\n"
        "        return self.client.invoke_model(modelId='amazon.titan-embed-text-v2:0', body=json.dumps({'inputText': text}))\n",
        [("bedrock", "embedding")],
    ),
    "bedrock, a body that a function which says so embeds": (
        "import json\ndef embedded(client, model, body):\n    return client.invoke_model(modelId=model, body=json.dumps(body))\n",
        [("bedrock", "embedding")],
    ),
    "bedrock, a conversation in a function that speaks of embeddings": (
        "import json\ndef embed_or_ask(client, model, text):\n"
        "    return client.invoke_model(modelId=model, body=json.dumps({'messages': [text]}))\n",
        [("bedrock", "chat")],
    ),
    "bedrock, a body of which nothing is known": (
        "import json\ndef ask(client, model, body):\n    return client.invoke_model(modelId=model, body=json.dumps(body))\n",
        [("bedrock", "chat")],
    ),
    "bedrock, a conversation": (
        "def ask(runtime, messages):\n    return runtime.converse(modelId='amazon.nova-lite-v1:0', messages=messages)\n",
        [("bedrock", "chat")],
    ),
    "another conversation": ("def ask(bot, messages):\n    return bot.converse(messages=messages)\n", []),
    "the client inside a component": (
        "from haystack.components.generators.chat import OpenAIChatGenerator\ndef ask(part: OpenAIChatGenerator, messages):\n"
        "    return part.client.chat.completions.create(model=part.model, messages=messages)\n",
        [("openai", "chat")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), INJECTED.values(), ids=INJECTED)
def test_an_object_from_elsewhere_is_known_by_what_it_is_called_with(found, text, expected) -> None:
    assert [(c.sdk, c.kind) for c in found(text).project.calls] == expected


INSTRUCTED = {
    "pydantic-ai": "from pydantic_ai import Agent\nagent = Agent('openai:gpt-4o', system_prompt={text})\nagent.run_sync('Hi there')\n",
    "pydantic-ai, streamed": "from pydantic_ai import Agent\nagent = Agent('openai:gpt-4o', instructions={text})\nagent.run_stream('Hi')\n",
    "openai-agents": "from agents import Agent, Runner\nagent = Agent(name='a', instructions={text}, model='gpt-4o')\nRunner.run_sync(agent, 'Hi there')\n",
    "google-genai, a config that a function returns": "from google import genai\nfrom google.genai import types\n"
    "def config():\n    return types.GenerateContentConfig(system_instruction={text})\n"
    "genai.Client().models.generate_content(model='gemini-2.5-pro', contents='Hi', config=config())\n",
    "google-generativeai": "import google.generativeai as genai\nmodel = genai.GenerativeModel('gemini-1.5-pro', system_instruction={text})\nmodel.generate_content('Hi')\n",
    "langgraph": "from langgraph.prebuilt import create_react_agent\nagent = create_react_agent('openai:gpt-4o', tools=[], prompt={text})\nagent.invoke({{}})\n",
    "autogen": "from autogen import AssistantAgent, UserProxyAgent\nagent = AssistantAgent('a', system_message={text})\n"
    "UserProxyAgent('u').initiate_chat(agent, message='Hi there')\n",
}


@pytest.mark.parametrize("text", INSTRUCTED.values(), ids=INSTRUCTED)
def test_the_instructions_an_agent_was_built_with_begin_its_requests(found, text: str) -> None:
    project = found(text.format(text="'You answer as a pirate would.'")).project
    (call,) = project.calls
    first = call.messages[0]
    assert (first.role, [s.text for s in first.segments]) == ("system", ["You answer as a pirate would."])
    (prompt,) = [p for p in project.prompts if p.text.startswith("You answer")]
    assert prompt.used_by == (call.site_id,)


STANDING = {
    "one of two": ("dspy.configure(lm=dspy.LM('m-1'))", "dspy.configure(lm=dspy.LM('m-2'))", ()),
    "a test's own": ("dspy.configure(lm=dspy.LM('m-1'))", "pass", ("m-1",)),
    "one that is not known": ("dspy.configure(lm=make())", "pass", ()),
    "another for some calls": ("dspy.configure(lm=dspy.LM('m-1'))", "with dspy.context(lm=dspy.LM('m-2')):\n    qa(q='x')", ("m-1",)),
}  # fmt: skip


@pytest.mark.parametrize(("first", "second", "models"), STANDING.values(), ids=STANDING)
def test_the_model_set_for_all_modules_is_theirs_when_it_is_the_only_one(found, first, second, models) -> None:
    files = {
        "qa.py": "import dspy\nqa = dspy.Predict('q -> a')\nprint(qa(q='x'))\n",
        "start.py": f"import dspy\nfrom qa import qa\n{first}\n{second}\n",
        "tests/test_qa.py": "import dspy\ndspy.configure(lm=dspy.LM('m-3'))\n",
    }
    (call,) = [c for c in found(files).project.calls if c.place.path == "qa.py"]
    assert call.model.values == models


def test_a_module_that_was_given_a_model_does_not_ask_the_one_of_all(found) -> None:
    text = "import dspy\ndspy.configure(lm=dspy.LM('m-1'))\nqa = dspy.Predict('q -> a', lm=dspy.LM('m-2'))\nqa(q='x')\n"
    (call,) = found(text).project.calls
    assert call.model.values == ("m-2",)


BUILT = {
    "an agent of a team": "from autogen_agentchat.agents import AssistantAgent\nTEAM = [AssistantAgent('a', None, system_message={text})]\n",
    "an agent of a crew": "from crewai import Agent, Crew\nCREW = Crew(agents=[Agent(role='Pirate', goal={text}, backstory='Old')])\n",
    "a task of a crew": "from crewai import Crew, Task as Job\nCREW = Crew(tasks=[Job(description={text})])\n",
    "a config that is imported under another name": "import openai\nfrom jinja2 import Template as Page\nPAGE = Page({text})\n",
    "a message of ell": "import ell\n@ell.complex(model='m')\ndef f():\n    return [ell.system({text})]\n",
    "a message of haystack": "from haystack.dataclasses import ChatMessage\nMESSAGES = [ChatMessage.from_system({text})]\n",
    "a template of messages": "from haystack.components.builders import ChatPromptBuilder\nfrom haystack.dataclasses import ChatMessage\n"
    "builder = ChatPromptBuilder(template=[ChatMessage.from_system({text})])\n",
    "what a class is made with": "import marvin\n@marvin.model(instructions={text})\nclass Name:\n    first: str\n",
}  # fmt: skip


@pytest.mark.parametrize("text", BUILT.values(), ids=BUILT)
def test_what_an_object_is_told_where_it_is_built_is_a_prompt(found, text) -> None:
    prompts = found(text.format(text="'Go where the wind goes.'")).project.prompts
    assert [p.text for p in prompts] == ["Go where the wind goes."]


def test_the_text_of_a_batch_is_in_its_file(found) -> None:
    project = found(
        "from mistralai import Mistral\nMistral().batch.jobs.create(input_files=['the first file'], model='m')\n"
    ).project
    assert ([c.kind for c in project.calls], project.prompts) == (["batch"], ())


def test_a_prompt_in_the_input_of_a_model_is_one_and_the_input_is_none(found) -> None:
    text = "import replicate\nreplicate.run('m', input={'prompt': 'Write a limerick about otters.', 'style': 'in black and white'})\n"
    project = found(text).project
    assert [(p.text, p.used_by) for p in project.prompts] == [
        ("Write a limerick about otters.", (project.calls[0].site_id,))
    ]


HANDED_IN = [
    ("autogen", "autogen_core.models", "ChatCompletionClient", "create(messages)"),
    ("semantic-kernel", "semantic_kernel.connectors.ai.chat_completion_client_base", "ChatCompletionClientBase",
     "get_chat_message_content(messages, None)"),
    ("haystack", "haystack.components.generators.chat.types", "ChatGenerator", "run(messages)"),
    ("smolagents", "smolagents", "Model", "generate(messages)"),
    ("pydantic-ai", "pydantic_ai.models", "Model", "request(messages, None, None)"),
    ("crewai", "crewai", "BaseLLM", "call(messages)"),
    ("llama-index", "llama_index.core.embeddings", "BaseEmbedding", "get_text_embedding(messages)"),
    ("openai", "openai.resources.chat.completions", "AsyncCompletions", "create(model='m-1', messages=messages)"),
    ("openai", "openai.resources", "Chat", "completions.create(model='m-1', messages=messages)"),
    ("openai", "openai.resources.responses", "Responses", "create(model='m-1', input=messages)"),
    ("openai", "openai.resources", "Embeddings", "create(model='m-1', input=messages)"),
    ("anthropic", "anthropic.resources", "Messages", "create(model='m-1', max_tokens=9, messages=messages)"),
    ("google-genai", "google.genai.chats", "Chat", "send_message(messages)"),
    ("vertexai", "vertexai.generative_models", "ChatSession", "send_message(messages)"),
    ("bedrock", "mypy_boto3_bedrock_runtime", "BedrockRuntimeClient", "converse(modelId='m-1', messages=messages)"),
    ("transformers", "transformers", "PreTrainedModel", "generate(messages)"),
    ("langchain", "langchain.chains", "LLMChain", "run(messages)"),
]  # fmt: skip


@pytest.mark.parametrize(("sdk", "module", "name", "call"), HANDED_IN)
def test_an_object_that_is_handed_in_is_known_by_its_annotation(found, sdk, module, name, call) -> None:
    (site,) = found(
        f"from {module} import {name}\n\ndef ask(llm: {name}, messages):\n    return llm.{call}\n"
    ).project.calls
    assert site.sdk == sdk
    assert not site.built_here


CREW = """
from crewai import LLM, Agent, Crew, Task
cook = Agent(role='Cook', goal='Cook cheap meals for students', backstory='You know every trick.', llm=LLM(model='m-1', max_tokens=9))
{other}
menu = Task(description='Plan a menu for a week.', expected_output='A table of meals', agent=cook)
Crew(agents={agents}, tasks=[menu]).kickoff()
"""
CREWS = {
    "one agent": ("", "[cook]", ("m-1",), ("number", 9), 5),
    "two agents": (
        "waiter = Agent(role='Waiter', goal='Serve the meals on time', backstory='You never fall.', llm='m-2')",
        "[cook, waiter]",
        ("m-1", "m-2"),
        ("dynamic", None),
        8,
    ),
    "agents that are not known": ("", "load()", (), ("unknown", None), 2),
}


@pytest.mark.parametrize(("other", "agents", "models", "cap", "prompts"), CREWS.values(), ids=CREWS)
def test_a_team_asks_the_models_of_its_members(found, other, agents, models, cap, prompts) -> None:
    project = found(CREW.format(other=other, agents=agents)).project
    (call,) = project.calls
    assert (call.model.values, (call.cap.state, call.cap.value)) == (models, cap)
    assert sum(call.site_id in prompt.used_by for prompt in project.prompts) == prompts


def test_the_agents_of_a_team_in_a_team_are_members(found) -> None:
    text = """
from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.teams import RoundRobinGroupChat, SelectorGroupChat
from autogen_ext.models.openai import OpenAIChatCompletionClient
model = OpenAIChatCompletionClient(model='m-1', max_tokens=9)
inner = RoundRobinGroupChat([AssistantAgent('a', model, system_message='You plan trips by train.')], max_turns=2)
async def main():
    await SelectorGroupChat([inner], model_client=model).run(task='Plan a trip to Ghent.')
"""
    (call,) = found(text).project.calls
    assert (call.model.values, call.cap.value) == (("m-1",), 9)


STREAMS = {
    "mistralai.client.MistralClient().chat_stream([], model='m-1')": True,
    "mistralai.client.MistralClient().chat([], model='m-1')": False,
    "boto3.client('bedrock-runtime').converse_stream(modelId='m-1', messages=[])": True,
    "boto3.client('bedrock-runtime').converse(modelId='m-1', messages=[])": False,
    "openai.OpenAI().chat.completions.with_streaming_response.create(model='m-1', messages=[])": False,
    "huggingface_hub.InferenceClient('m-1').text_generation('x', stream=True)": True,
}


@pytest.mark.parametrize(("call", "streams"), STREAMS.items())
def test_a_method_that_streams_says_so(found, call, streams) -> None:
    (made,) = found(f"import {call.partition('.')[0]}\nimport mistralai.client\n{call}\n").project.calls
    assert made.stream is streams


TOLD = {
    "a conversation of semantic-kernel": (
        "from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion\n"
        "from semantic_kernel.contents import ChatHistory\n"
        "async def ask():\n    talk = ChatHistory()\n    talk.add_system_message({text})\n"
        "    await OpenAIChatCompletion('m-1').get_chat_message_content(talk, None)\n"
    ),
    "messages of a decorator": (
        "from magentic import chatprompt, SystemMessage\n@chatprompt(SystemMessage({text}))\ndef ask() -> str: ...\nask()\n"
    ),
    "a decorator below that of the request": (
        "from mirascope.core import openai, prompt_template\n@openai.call('m-1')\n@prompt_template({text})\ndef ask(): ...\nask()\n"
    ),
    "the prompt of a chain": (
        "from langchain.chains import LLMChain\nfrom langchain.prompts import PromptTemplate\n"
        "from langchain_openai import ChatOpenAI\nprompt = PromptTemplate(template={text}, input_variables=[])\n"
        "LLMChain(llm=ChatOpenAI(), prompt=prompt).run()\n"
    ),
    "the messages of a session": (
        "from xai_sdk import Client\nfrom xai_sdk.chat import system\n"
        "Client().chat.create(model='m-1', messages=[system({text})]).sample()\n"
    ),
}


@pytest.mark.parametrize("program", TOLD.values(), ids=TOLD)
def test_what_a_request_is_told_before_it_is_sent_is_its_prompt(found, program) -> None:
    project = found(program.format(text="'Go where the wind goes.'")).project
    (call,) = project.calls
    assert [(p.text, p.used_by) for p in project.prompts] == [("Go where the wind goes.", (call.site_id,))]


def test_an_engine_of_an_index_answers_with_the_model_of_the_settings(found) -> None:
    text = """
from llama_index.core import Settings, VectorStoreIndex
from llama_index.llms.openai import OpenAI
Settings.llm = OpenAI('m-1', 0.1, 9)
VectorStoreIndex.from_documents([]).as_query_engine().query('What is it about?')
"""
    (call,) = found(text).project.calls
    assert (call.model.values, call.cap.value) == (("m-1",), 9)
