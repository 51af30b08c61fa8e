/** What is wrong with a step's stop conditions, their final outputs aside. Pure. */
import type { Step, StopCondition } from './chain.ts'
import type { FoundProblem } from './chainProblems.ts'
import { parseJsonPath } from './jsonPath.ts'
import { isNumberText, patternFlags } from './stopConditions.ts'

export function stopProblems(step: Step, words: string, stepCount: number): FoundProblem[] {
  return step.stopConditions.flatMap((condition, index) => {
    const place = `Stop condition ${index + 1} of ${words}`
    return conditionProblems(condition, step, stepCount).map(({ message, isBlocking }) => ({
      field: 'stop' as const,
      message: `${place} ${message}`,
      isBlocking
    }))
  })
}

type Found = Pick<FoundProblem, 'message' | 'isBlocking'>

function conditionProblems(condition: StopCondition, step: Step, stepCount: number): Found[] {
  switch (condition.kind) {
    case 'matches': {
      const problem = patternProblem(condition.pattern, condition.ignoreCase)
      return problem === null
        ? []
        : [{ message: `has “${condition.pattern}”, which is no regular expression: ${problem}`, isBlocking: true }]
    }
    case 'json_path':
      return jsonProblems(condition, step)
    case 'length':
      if (condition.comparison === 'over' || condition.letters > 0) return []
      return [{ message: 'never holds: nothing is shorter than 0 letters.', isBlocking: false }]
    case 'step_number': {
      if (condition.number <= stepCount) return []
      const steps = stepCount === 1 ? '1 step' : `${stepCount} steps`
      return [
        {
          message: `never holds: it waits for step ${condition.number}, and the chain has ${steps}.`,
          isBlocking: false
        }
      ]
    }
    case 'contains':
      return []
  }
}

function jsonProblems({ path, comparison, value }: Extract<StopCondition, { kind: 'json_path' }>, step: Step): Found[] {
  const problems: Found[] = []
  const read = parseJsonPath(path)
  if (!read.ok)
    problems.push({
      message: `has the path “${path}”, mistaken at letter ${read.at + 1}: ${read.message}`,
      isBlocking: true
    })
  if (comparison === 'over' || comparison === 'under') {
    if (value === null || value.trim() === '')
      problems.push({ message: 'compares with nothing. Give a number.', isBlocking: true })
    else if (!isNumberText(value.trim()))
      problems.push({ message: `compares with “${value}”, which is no number.`, isBlocking: true })
  }
  if (step.output.format === 'text') {
    problems.push({
      message: 'looks for JSON, and the step answers with text. Set its output to JSON.',
      isBlocking: false
    })
  }
  return problems
}

/** As the engine says it, without its repetition of the pattern: "Unterminated group." */
function patternProblem(pattern: string, ignoreCase: boolean): string | null {
  try {
    new RegExp(pattern, patternFlags(ignoreCase))
    return null
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return `${message.slice(message.lastIndexOf(': ') + 2) || 'it cannot be read'}.`
  }
}
