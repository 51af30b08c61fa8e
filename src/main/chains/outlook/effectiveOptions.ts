/** What a step is asked with, and where each value is from: step, chain, model, the local defaults, or left to the server. Pure. */
import type { GenerateOptions } from '../../../shared/model.ts'
import type { EffectiveOption, OptionSource } from '../../../shared/plan.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { ModelParameters } from './modelParameters.ts'
import { formatCount } from '../prompt/promptCuts.ts'

/** The settings of chains on this machine. */
export type LocalDefaults = Pick<
  Settings,
  | 'localTemperature'
  | 'localTopP'
  | 'localTopK'
  | 'localRepeatPenalty'
  | 'localNewTokens'
  | 'localMaxTokens'
  | 'localTokenLimit'
>

export interface OptionSources {
  step: GenerateOptions
  chain: GenerateOptions
  /** Of models.yaml, or of the Modelfile. */
  model: ModelParameters
  /** Null: a model of another machine. */
  local: LocalDefaults | null
}

export interface EffectiveOptions {
  /** One for every option there is. */
  list: EffectiveOption[]
  /** What is sent. */
  options: GenerateOptions
}

type OptionName = EffectiveOption['name']

const optionNames: readonly OptionName[] = ['temperature', 'topP', 'topK', 'repeatPenalty', 'maxTokens', 'seed', 'stop']

export function effectiveOptions(sources: OptionSources): EffectiveOptions {
  const list = optionNames.map((name) => (name === 'maxTokens' ? lengthOfAnswer(sources) : inForce(name, sources)))
  const options = Object.fromEntries(list.flatMap(({ name, value }) => (value === null ? [] : [[name, value]])))
  return { list, options }
}

function inForce(name: OptionName, { step, chain, model, local }: OptionSources): EffectiveOption {
  const said: [OptionSource, EffectiveOption['value'] | undefined][] = [
    ['step', step[name]],
    ['chain', chain[name]],
    ['model', model.options[name]],
    ['local', local === null ? undefined : localDefault(name, local)]
  ]
  const [source, value] = said.find(([, each]) => each !== undefined) ?? ['server', null]
  return { name, value: value ?? null, source, note: null }
}

function localDefault(name: OptionName, local: LocalDefaults): number | undefined {
  switch (name) {
    case 'temperature':
      return local.localTemperature
    case 'topP':
      return local.localTopP
    case 'topK':
      return local.localTopK
    case 'repeatPenalty':
      return local.localRepeatPenalty
    case 'maxTokens':
      return local.localNewTokens
    default:
      return undefined
  }
}

/** Never longer on this machine than the settings allow, whoever asks for more. */
function lengthOfAnswer(sources: OptionSources): EffectiveOption {
  const { step, chain, model, local } = sources
  const isEndless = step.maxTokens === undefined && chain.maxTokens === undefined && model.isEndless
  if (local === null) {
    const note = isEndless ? 'without an end' : null
    return isEndless ? { name: 'maxTokens', value: null, source: 'model', note } : inForce('maxTokens', sources)
  }
  const most = local.localMaxTokens
  const wished = isEndless ? null : inForce('maxTokens', sources)
  if (wished !== null && Number(wished.value) <= most) return wished
  const asked = wished === null ? 'the model says without an end' : `${formatCount(Number(wished.value))} asked for`
  return {
    name: 'maxTokens',
    value: most,
    source: wished?.source ?? 'model',
    note: `${formatCount(most)} at most, ${asked}`
  }
}
