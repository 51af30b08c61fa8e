/** A prompt as the tokens the model was trained to see: through its chat template where it has one, plain where it has none. */
import type { ChatHistoryItem, ChatWrapper, LlamaModel, Token } from 'node-llama-cpp'

export interface PromptTokens {
  tokens: Token[]
  /** Texts that end a turn under this template. */
  stops: string[]
}

export function promptTokens(
  model: LlamaModel,
  chatWrapper: ChatWrapper | null,
  prompt: string,
  system: string | null
): PromptTokens {
  if (!chatWrapper)
    return { tokens: plainTokens(model, system === null ? prompt : `${system}\n\n${prompt}`), stops: [] }
  const history: ChatHistoryItem[] = [
    ...(system === null ? [] : [{ type: 'system' as const, text: system }]),
    { type: 'user', text: prompt },
    { type: 'model', response: [] }
  ]
  const { contextText, stopGenerationTriggers } = chatWrapper.generateContextState({ chatHistory: history })
  const stops = stopGenerationTriggers.map((trigger) =>
    trigger.values.filter((value) => typeof value === 'string').join('')
  )
  return { tokens: contextText.tokenize(model.tokenizer), stops }
}

function plainTokens(model: LlamaModel, text: string): Token[] {
  const { bos, shouldPrependBosToken } = model.tokens
  const tokens = model.tokenize(text)
  return shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens
}
