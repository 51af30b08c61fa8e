/** The prompts of one item: templates parsed once for a run, values read from disk when they are put in. */
import type { Step } from '../../../shared/chain.ts'
import { StokerError } from '../../../shared/errors.ts'
import { fillTemplate, type TemplateValues } from '../../../shared/fillTemplate.ts'
import { parseTemplate, type Span, type Template } from '../../../shared/template.ts'
import type { InputStore } from '../../storage/inputStore.ts'
import type { RunStore } from '../../storage/runStore.ts'
import type { ChainShape } from './chainShape.ts'

export interface FilledPrompt {
  text: string
  pieces: readonly Span[]
  system: string
}

export interface StepPrompts {
  /** Throws where a template leads nowhere. */
  write(item: number, step: Step): FilledPrompt
  /** `own`: the output of this step, which is not on disk yet. */
  writeFinal(item: number, step: Step, template: string, own: string): string
}

interface PromptDeps {
  shape: ChainShape
  store: Pick<RunStore, 'output'>
  inputs: Pick<InputStore, 'row'>
  runId: string
  inputId: string
}

export function createStepPrompts({ shape, store, inputs, runId, inputId }: PromptDeps): StepPrompts {
  const { chain } = shape
  const templates = new Map<string, Template>()
  const idOf = new Map(chain.steps.toReversed().map(({ id, name }) => [name, id]))

  function templateOf(text: string): Template {
    const known = templates.get(text)
    if (known) return known
    const made = parseTemplate(text)
    templates.set(text, made)
    return made
  }

  function valuesOf(item: number, own?: { name: string; text: string }): TemplateValues {
    const row = inputs.row(inputId, item)
    if (row === null) {
      throw new StokerError(
        'storage_failed',
        `Item ${item + 1} of the input is not there any more.`,
        'Begin a new run.'
      )
    }
    return {
      input: { text: row.text, columns: row.columns },
      outputOf(name) {
        if (own?.name === name) return own.text
        const stepId = idOf.get(name)
        return stepId === undefined ? null : store.output(runId, item, stepId)
      }
    }
  }

  return {
    write(item, step) {
      const values = valuesOf(item)
      const { text, pieces } = fillTemplate(templateOf(step.prompt), values)
      const system = step.system.trim() === '' ? chain.system : step.system
      return { text, pieces, system: fillTemplate(templateOf(system), values).text }
    },
    writeFinal: (item, step, template, own) =>
      fillTemplate(templateOf(template), valuesOf(item, { name: step.name, text: own })).text
  }
}
