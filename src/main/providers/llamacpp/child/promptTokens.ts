/** A conversation as the tokens the model was trained to see: through its chat template where it has one, plain where it has none. */
import type { ChatHistoryItem, ChatWrapper, LlamaModel, Token } from 'node-llama-cpp'
import type { ChatMessage } from '../../../../shared/model.ts'
import type { Conversation } from '../engineProtocol.ts'

export interface PromptTokens {
  tokens: Token[]
  /** What ends a turn under this template: texts, and tokens that have no text. */
  stops: string[]
  stopTokens: ReadonlySet<Token>
}

export function promptTokens(
  model: LlamaModel,
  chatWrapper: ChatWrapper | null,
  { system, messages, prompt }: Conversation
): PromptTokens {
  if (!chatWrapper) {
    const turns = [...(system === null ? [] : [system]), ...messages.map(({ content }) => content), prompt]
    return { tokens: plainTokens(model, turns.join('\n\n')), stops: [], stopTokens: new Set() }
  }
  const history: ChatHistoryItem[] = [
    ...(system === null ? [] : [{ type: 'system' as const, text: system }]),
    ...messages.map(toHistory),
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

function toHistory({ role, content }: ChatMessage): ChatHistoryItem {
  return role === 'assistant' ? { type: 'model', response: [content] } : { type: role, text: content }
}

function plainTokens(model: LlamaModel, text: string): Token[] {
  const { bos, shouldPrependBosToken } = model.tokens
  const tokens = model.tokenize(text)
  return shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens
}
