/** A prompt as the tokens the model was trained to see: through its chat template where it has one, plain where it has none. */
import type { ChatHistoryItem, ChatWrapper, LlamaModel, Token } from 'node-llama-cpp'

export interface PromptTokens {
  tokens: Token[]
  /** What ends a turn under this template: texts, and tokens that have no text. */
  stops: string[]
  stopTokens: ReadonlySet<Token>
}

export function promptTokens(
  model: LlamaModel,
  chatWrapper: ChatWrapper | null,
  prompt: string,
  system: string | null
): PromptTokens {
  if (!chatWrapper) {
    const text = system === null ? prompt : `${system}\n\n${prompt}`
    return { tokens: plainTokens(model, text), stops: [], stopTokens: new Set() }
  }
  const history: ChatHistoryItem[] = [
    ...(system === null ? [] : [{ type: 'system' as const, text: system }]),
    { type: 'user', text: prompt },
    { type: 'model', response: [] }
  ]
  const { contextText, stopGenerationTriggers } = chatWrapper.generateContextState({ chatHistory: history })
  const stops: string[] = []
  const stopTokens = new Set<Token>()
  for (const trigger of stopGenerationTriggers) {
    const [only, ...others] = trigger.tokenize(model.tokenizer)
    if (only !== undefined && others.length === 0 && model.isSpecialToken(only)) stopTokens.add(only)
    else stops.push(trigger.values.filter((value) => typeof value === 'string').join(''))
  }
  return { tokens: contextText.tokenize(model.tokenizer), stops, stopTokens }
}

function plainTokens(model: LlamaModel, text: string): Token[] {
  const { bos, shouldPrependBosToken } = model.tokens
  const tokens = model.tokenize(text)
  return shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens
}
