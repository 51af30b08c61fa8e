/** How many mistakes there are; each leads to its place. */
import { Menu } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ChainProblem } from '../../../../shared/chain.ts'
import { plural } from '../../lib/format.ts'
import { bringIntoView } from './canvasView.ts'
import { useChainDocument } from './chainDocument.ts'
import { problemPlace } from './chainProblemMarks.ts'
import { useChainOutlook } from './chainOutlookStore.ts'
import { showInspector } from './chainView.ts'
import { focusField, type InspectorField } from './focusField.ts'
import { select } from './flowStore.ts'
import classes from './ProblemMenu.module.css'

const mostShown = 30

function fieldOf({ field }: ChainProblem): InspectorField {
  return field === 'chain' ? 'name' : field === 'input' ? 'columns' : field
}

/** The field it is in, with what is mistaken selected. */
function goToProblem(problem: ChainProblem): void {
  select(problem.stepId === null ? [] : [problem.stepId])
  if (problem.stepId !== null) bringIntoView(problem.stepId)
  showInspector()
  focusField(fieldOf(problem), (element) => {
    if (element instanceof HTMLTextAreaElement && problem.start !== null)
      element.setSelectionRange(problem.start, problem.end ?? problem.start)
  })
}

export function ProblemMenu() {
  const problems = useChainOutlook((outlook) => outlook.problems)
  const steps = useChainDocument(({ chain }) => chain?.steps)
  if (problems.length === 0) return null
  const blocking = problems.filter(({ isBlocking }) => isBlocking).length
  const nameOf = (id: string): string | undefined => steps?.find((step) => step.id === id)?.name
  const words = blocking > 0 ? plural(blocking, 'problem') : plural(problems.length, 'remark')
  return (
    <Menu position="bottom-start" width={380}>
      <Menu.Target>
        <button type="button" className={`${classes.pill} ${blocking > 0 ? classes.bad : classes.warn}`}>
          <IconAlertTriangle size={13} stroke={2} aria-hidden />
          {words}
        </button>
      </Menu.Target>
      <Menu.Dropdown className={classes.list}>
        {problems.slice(0, mostShown).map((problem, index) => {
          const place = problemPlace(problem, nameOf)
          return (
            <Menu.Item key={index} onClick={() => goToProblem(problem)}>
              {place !== '' && <span className={classes.place}>{place}</span>}
              <span className={classes.message}>{problem.message}</span>
            </Menu.Item>
          )
        })}
        {problems.length > mostShown && <Menu.Label>and {problems.length - mostShown} more</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  )
}
