/** A step gets another name, and everything that mentions it follows; not a letter of the templates changes besides. Pure. */
import type { Chain, Step } from './chain.ts'
import { stepsByName } from './chainGraph.ts'
import { parseTemplate } from './template.ts'
import { writeStepName } from './templateReference.ts'

/** Spaces, braces and the JSON path around it stay as they were written. */
const nameInReference =
  /^(\{\{\s*steps\s*)(?:\.\s*[\p{L}\p{M}\p{N} _-]*[\p{L}\p{M}\p{N}_-]|\[\s*(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')\s*\])/u

/**
 * The same chain where the name is empty or another step has it: references could no longer tell the two apart, and would not find back when
 * the name is changed again. `nameProblem` of chainProblems.ts says why to a person.
 */
export function renameStep(chain: Chain, stepId: string, newName: string): Chain {
  const step = chain.steps.find(({ id }) => id === stepId)
  const name = newName.trim()
  const isTaken = chain.steps.some((other) => other.id !== stepId && other.name === name)
  if (step === undefined || name === '' || name === step.name || isTaken) return chain
  const isMentioned = stepsByName(chain).get(step.name) === stepId
  const follow = (template: string): string => (isMentioned ? renameIn(template, step.name, name) : template)
  return {
    ...chain,
    system: follow(chain.system),
    steps: chain.steps.map((other) => {
      const followed = withTemplates(other, follow)
      return other === step ? { ...followed, name } : followed
    })
  }
}

/** One template: `{{ steps.Old . json.a }}` becomes `{{ steps.New . json.a }}`. */
export function renameIn(template: string, oldName: string, newName: string): string {
  if (!template.includes('{{')) return template
  let renamed = ''
  let copied = 0
  for (const part of parseTemplate(template).parts) {
    if (part.kind !== 'step' || part.name !== oldName) continue
    const reference = template.slice(part.start, part.end)
    // By function: a "$" in a name is a letter, not a group.
    renamed +=
      template.slice(copied, part.start) +
      reference.replace(nameInReference, (_, before: string) => before + writeStepName(newName))
    copied = part.end
  }
  return renamed + template.slice(copied)
}

/** The same step where no template changed, so that the page draws only what did. */
function withTemplates(step: Step, follow: (template: string) => string): Step {
  const prompt = follow(step.prompt)
  const system = follow(step.system)
  const finals = step.stopConditions.map(({ finalOutput }) => (finalOutput === null ? null : follow(finalOutput)))
  const isSame =
    prompt === step.prompt &&
    system === step.system &&
    step.stopConditions.every(({ finalOutput }, place) => finalOutput === finals[place])
  if (isSame) return step
  const stopConditions = step.stopConditions.map((condition, place) => ({
    ...condition,
    finalOutput: finals[place] ?? null
  }))
  return { ...step, prompt, system, stopConditions }
}
