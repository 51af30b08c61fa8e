/** The model architectures that the pinned engine knows; a test compares this list with the engine's own. */

/** `clip` is a picture encoder: it comes beside a model and is none by itself. */
const encoders = 'clip'

const models =
  'llama llama4 deci falcon baichuan grok gpt2 gptj gptneox mpt starcoder refact bert modern-bert nomic-bert nomic-bert-moe neo-bert ' +
  'jina-bert-v2 jina-bert-v3 eurobert bloom stablelm qwen qwen2 qwen2moe qwen2vl qwen3 qwen3moe qwen3next qwen3vl qwen3vlmoe qwen35 ' +
  'qwen35moe qwen4exp phi2 phi3 phimoe plamo plamo2 plamo3 codeshell orion internlm2 minicpm minicpm3 gemma gemma2 gemma3 gemma3n ' +
  'gemma4 gemma4-assistant gemma-embedding starcoder2 mamba mamba2 jamba falcon-h1 xverse command-r cohere2 cohere2moe dbrx olmo ' +
  'olmo2 olmoe muse-glimmer openelm arctic deepseek deepseek2 deepseek2-ocr deepseek32 deepseek4 chatglm glm4 glm4moe glm-dsa bitnet ' +
  't5 t5encoder jais jais2 nemotron nemotron_h nemotron_h_moe exaone exaone4 exaone-moe rwkv6 rwkv6qwen2 rwkv7 arwkv7 granite ' +
  'granitemoe granitehybrid graniteswitch granite_swa chameleon wavtokenizer-dec plm bailingmoe bailingmoe2 bailingmoe3 dots1 ' +
  'dots3note arcee afmoe laguna ernie4_5 ernie4_5-moe hunyuan-moe hunyuan-dense hunyuan_vl hy_v3 smollm3 gpt-oss lfm2 lfm2moe dream ' +
  'smallthinker llada llada-moe seed_oss grovemoe apertus minimax-m2 cogvlm rnd1 pangu-embedded mistral3 mistral4 paddleocr mimo2 ' +
  'step35 llama-embed maincoder kimi-linear kimi-k3 talkie mellum eagle3 minimax-m3 dflash nanbeige qwen3tts pockettts minimax-01'

export const knownArchitectures: ReadonlySet<string> = new Set(models.split(' '))

export function isKnownArchitecture(architecture: string): boolean {
  return knownArchitectures.has(architecture)
}

export function isEncoder(architecture: string): boolean {
  return architecture === encoders
}
