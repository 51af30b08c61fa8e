/** What an answer may look like: the engine picks only tokens that lead to JSON, of a schema where there is one. */
import type { GbnfJsonBasicSchema, Llama, LlamaGrammar, LlamaGrammarEvaluationState, LlamaModel } from 'node-llama-cpp'
import type { AnswerFormat } from '../engineProtocol.ts'
import type { GrammarSchema } from '../grammarSchema.ts'
import type { Library } from './engineOptions.ts'

export interface AnswerGrammars {
  /** A fresh state for one answer, and the text with which its grammar says that all is written. Throws where the schema makes no grammar. */
  begin(format: AnswerFormat): Promise<{ state: LlamaGrammarEvaluationState; end: string }>
}

/** A chain asks with a few schemas by turns. */
const keptGrammars = 16
/** The library's grammars end with it: many models would go on for ever otherwise. No JSON has it inside. */
const end = '\n\n\n\n'
/** As the library writes it: with it 2e-281 would be an integer, and 1e999 a number. */
const exponent = ' ([eE] [-+]? ("0" | [1-9] [0-9]{0,15}))?'

export function createAnswerGrammars(library: Library, llama: Llama, model: LlamaModel): AnswerGrammars {
  const grammars = new Map<string, LlamaGrammar>()

  async function bySchema(schema: GrammarSchema): Promise<LlamaGrammar> {
    const { grammar } = await llama.createGrammarForJsonSchema(schema as unknown as GbnfJsonBasicSchema)
    return llama.createGrammar({ grammar: grammar.replaceAll(exponent, '') })
  }

  async function grammarOf({ schema }: AnswerFormat): Promise<LlamaGrammar> {
    const key = JSON.stringify(schema)
    const known = grammars.get(key)
    if (known) return known
    const grammar = schema === null ? await llama.getGrammarFor('json') : await bySchema(schema)
    if (grammars.size >= keptGrammars) grammars.clear()
    grammars.set(key, grammar)
    return grammar
  }

  return {
    async begin(format) {
      const grammar = await grammarOf(format)
      return { state: new library.LlamaGrammarEvaluationState({ model, grammar }), end }
    }
  }
}
