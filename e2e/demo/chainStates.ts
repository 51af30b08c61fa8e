/** Chains to look at: none, an ordinary few, forty, one as in the drawing, one full of mistakes, one of two hundred steps. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Chain, Step } from '../../src/shared/chain.ts'
import { testChain, testStep } from '../../src/shared/chainRig.ts'
import type { ModelId } from '../../src/shared/model.ts'
import type { DemoChain, DemoSample } from './chains.ts'
import { loadedModel, minute, model, gb } from './parts.ts'
import type { DemoState } from './state.ts'

const hour = 60 * minute
const ollama = (name: string): ModelId => ({ hostId: 'ollama', name })
const alias = (name: string): ModelId => ({ hostId: 'alias', name })

function step(
  name: string,
  asks: ModelId | null,
  prompt: string,
  at: [number, number],
  changes: Partial<Step> = {}
): Step {
  return testStep(name, prompt, {
    id: name.toLowerCase().replaceAll(/\W+/g, '-'),
    model: asks,
    onError: { retries: 1, fallbackModel: null, then: 'stop', defaultText: '' },
    position: { x: at[0], y: at[1] },
    ...changes
  })
}

function chain(id: string, name: string, steps: Step[], changes: Partial<Chain> = {}): Chain {
  return testChain(steps, { id, name, inputPosition: { x: 0, y: 40 }, ...changes })
}

function kept(of: Chain, agoMs: number, ranAgoMs: number | null): DemoChain {
  const now = Date.now()
  const lastRunAt = ranAgoMs === null ? null : now - ranAgoMs
  const before = { ...of, steps: of.steps.slice(0, -1) }
  return { chain: of, savedAt: now - agoMs, lastRunAt, versions: [{ savedAt: now - agoMs - 2 * hour, chain: before }] }
}

export function review(): Chain {
  const schema = {
    type: 'object',
    properties: { risks: { type: 'array', items: { type: 'string' } }, worst: { type: 'string' } },
    required: ['risks']
  }
  return chain(
    'review',
    'Review a folder',
    [
      step('Summarise', ollama('llama3.1:8b'), 'Summarise in five points:\n{{input}}', [278, -40]),
      step('Find risks', alias('coder'), 'List the risks in {{input}} as JSON', [278, 108], {
        output: { format: 'json', schema },
        options: { temperature: 0 }
      }),
      step(
        'Verdict',
        ollama('mistral-small:22b'),
        'Given {{steps.Summarise}} and {{steps.Find risks}}, decide whether this can go out. Answer with one word, then a reason.',
        [566, 30],
        {
          stopConditions: [
            { kind: 'contains', text: 'NO RISKS', ignoreCase: false, reason: 'no risks found', finalOutput: null }
          ],
          onError: { retries: 2, fallbackModel: ollama('qwen3:8b'), then: 'skip', defaultText: '' }
        }
      )
    ],
    { description: 'Reads every file, finds what is risky in it, and decides.' }
  )
}

function mistaken(): Chain {
  return chain(
    'mistaken',
    'Full of mistakes',
    [
      step('Draft', ollama('llama3.1:8b'), 'Write about {{input}} after {{steps.Polish}}', [278, -60]),
      step('Polish', ollama('qwen3:8b'), 'Polish {{steps.Draft}} and {{steps.Sumary}}', [566, -60]),
      step('Translate', ollama('aya:35b'), 'Translate {{steps.Polish.text}} into {{ language', [278, 120]),
      step('No model', null, '', [566, 120])
    ],
    { description: 'A circle, a name that is not there, a model that is not there, braces left open.' }
  )
}

function long(count: number): Chain {
  const names = ['llama3.1:8b', 'qwen3:8b', 'mistral-small:22b', 'gemma3:1b']
  const steps = Array.from({ length: count }, (_, index) => {
    const column = Math.floor(index / 10)
    const before = index >= 10 ? `{{steps.Part ${index - 9}}}` : '{{input}}'
    const also = index >= 10 && index % 10 > 0 ? ` and {{steps.Part ${index - 10}}}` : ''
    const prompt = `Go on from ${before}${also}: say in three sentences what follows from it.`
    return step(`Part ${index + 1}`, ollama(names[column % 4] ?? ''), prompt, [288 * (column + 1), 136 * (index % 10)])
  })
  return chain('long', 'Two hundred steps', steps, { inputPosition: { x: 0, y: 612 } })
}

function few(): DemoChain[] {
  const wide = step('Translate', ollama('aya:35b'), 'Translate into German:\n{{input}}', [278, 0])
  return [
    kept(review(), 20 * minute, 3 * hour),
    kept(mistaken(), 26 * hour, null),
    kept(
      chain(
        'names',
        'Names and places out of every letter of the estate, with what they mean for the family tree and for nobody else',
        [step('Names', ollama('qwen3:8b'), 'Names in {{input}}', [278, 0])]
      ),
      50 * hour,
      49 * hour
    ),
    kept(
      chain('translate', 'Translate a folder', [wide], { description: 'Into German, a file at a time.' }),
      90 * hour,
      80 * hour
    ),
    kept(long(200), 200 * hour, null)
  ]
}

function forty(): DemoChain[] {
  const subjects = ['Letters', 'Minutes of meetings', 'Contracts', 'Bug reports', 'Papers on catalysis', 'Recipes']
  const deeds = ['summarised and criticised', 'translated into German', 'sorted', 'checked against the last version']
  return Array.from({ length: 40 }, (_, index) => {
    const name = `${subjects[index % 6]}, ${deeds[index % 4]}${index > 23 ? ` (${index})` : ''}`
    const of = { ...review(), id: `chain-${index}`, name, steps: review().steps.slice(0, 1 + (index % 3)) }
    return kept(of, (index + 1) * 7 * hour, index % 3 === 0 ? null : index * 5 * hour + minute)
  })
}

const sampleTitles: Record<string, string> = {
  'summarise-and-critique': 'Summarise and critique',
  'draft-and-judge': 'Draft small, judge big',
  'translate-files': 'Translate a folder of files'
}

/** As they come with Stoker, each asked of what is here. */
function samples(): DemoSample[] {
  return Object.entries(sampleTitles).map(([name, title]) => {
    const path = join(import.meta.dirname, '../../resources/chains', `${name}.json`)
    const read = JSON.parse(readFileSync(path, 'utf8')) as Omit<Chain, 'steps'> & {
      steps: (Step & { wants?: string })[]
    }
    const steps = read.steps.map(({ wants, ...rest }) => ({
      ...rest,
      model: ollama(wants === 'big' ? 'mistral-small:22b' : 'llama3.1:8b')
    }))
    return { name, title, chain: { ...read, name: title, steps } }
  })
}

function machine(base: DemoState, chains: DemoChain[]): DemoState {
  const models = [
    ...base.models.filter(({ state }) => state !== 'loading'),
    loadedModel('llama3.1:8b', 6 * gb, { parameters: '8.0B', sizeBytes: 4.9 * gb, architecture: 'llama' })
  ].filter(({ id }) => id.name !== 'gemma3:1b')
  models.push(model('gemma3:1b', { parameters: '1.0B', sizeBytes: 0.8 * gb, lastLoadMs: 1_200 }))
  const coder = { name: 'coder', target: ollama('qwen3:8b'), line: 3, isMissing: false }
  const modelsFile = { ...base.modelsFile, exists: true, aliases: [coder] }
  return { ...base, models, modelsFile, chains, chainSamples: samples() }
}

/** Each from an everyday machine. */
export const chainStates: Record<string, (base: DemoState) => DemoState> = {
  chainsEmpty: (base) => machine(base, []),
  chainsList: (base) => machine(base, few()),
  chainsForty: (base) => machine(base, forty()),
  chainReview: (base) => machine(base, [kept(review(), 20 * minute, 3 * hour)]),
  chainProblems: (base) => machine(base, [kept(mistaken(), 20 * minute, null)]),
  chainLong: (base) => machine(base, [kept(long(200), 20 * minute, null)])
}
