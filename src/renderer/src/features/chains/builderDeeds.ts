/** What a person does on the canvas, whatever it is done with: keys, buttons, drags and menus all come here. */
import { notifications } from '@mantine/notifications'
import { flushSync } from 'react-dom'
import type { Step } from '../../../../shared/chain.ts'
import type { ChainEdge } from '../../../../shared/chainGraph.ts'
import type { ModelId } from '../../../../shared/model.ts'
import { notifyDone } from '../../actions/notify.ts'
import { plural } from '../../lib/format.ts'
import { bringIntoView, fitAll } from './canvasView.ts'
import { focusCard } from './cardFocus.ts'
import { edit, useChainDocument } from './chainDocument.ts'
import {
  addStep,
  changeStep,
  connect,
  deleteSteps,
  disconnect,
  inputNodeId,
  makeStep,
  moveCards,
  newStepName,
  placeFor,
  withCopies,
  type Place
} from './chainEdits.ts'
import { shapeOf, wouldCircle } from './chainShape.ts'
import { showInspector, useChainView } from './chainView.ts'
import { focusField, focusFieldNow } from './focusField.ts'
import { measuredHeights, select, selectedSteps, useFlow } from './flowStore.ts'
import { copiedText, readCopied } from './stepClipboard.ts'

function nameOf(stepId: string | null): string {
  const { chain } = useChainDocument.getState()
  return chain?.steps.find(({ id }) => id === stepId)?.name ?? 'the input'
}

/** The card in hand: a new step is put right of it. */
function inHand(): string | null {
  const { selectedIds, activeId } = useFlow.getState()
  return selectedIds.at(-1) ?? activeId
}

function add(step: Step, label: string): void {
  edit(label, (chain) => addStep(chain, step))
  select([step.id])
}

/** Left out: right of the card in hand. Its name is asked for first. */
export function startStep(place?: Place): void {
  const { chain } = useChainDocument.getState()
  if (chain === null) return
  const step = makeStep(newStepName(chain), place ?? placeFor(chain, inHand()), chain.steps.at(-1)?.model ?? null)
  flushSync(() => {
    add(step, 'new step')
    showInspector()
  })
  focusFieldNow('name')
  bringIntoView(step.id)
}

export function addModelStep(model: ModelId, place?: Place): void {
  const { chain } = useChainDocument.getState()
  if (chain === null) return
  const step = makeStep(newStepName(chain), place ?? placeFor(chain, inHand()), model)
  add(step, 'new step')
  focusCard(step.id)
}

export function setModel(stepIds: readonly string[], model: ModelId | null): void {
  edit('change of model', (chain) => stepIds.reduce((so, id) => changeStep(so, id, { model }), chain))
}

export function connectCards(edge: ChainEdge): void {
  const { chain } = useChainDocument.getState()
  if (chain === null) return
  if (wouldCircle(chain, edge)) {
    const message = `${nameOf(edge.from)} waits for ${nameOf(edge.to)} already: the chain would go in a circle.`
    notifications.show({ id: 'circle', title: 'Not connected', message, color: 'yellow', autoClose: 6_000 })
    return
  }
  edit('connection', (before) => connect(before, edge))
}

/** Says first what goes out of which prompts. */
export function askDisconnect(edges: readonly ChainEdge[]): void {
  if (edges.length > 0) useChainView.setState({ disconnecting: edges })
}

export function disconnectCards(edges: readonly ChainEdge[]): void {
  edit('removal of mentions', (chain) => edges.reduce(disconnect, chain))
}

export function deleteSelected(): void {
  const ids = new Set(selectedSteps())
  const { chain } = useChainDocument.getState()
  if (ids.size === 0 || chain === null) return
  const left = new Set(
    [...ids].flatMap((id) => (shapeOf(chain).mentionedBy.get(id) ?? []).filter((by) => !ids.has(by)))
  )
  const what = ids.size === 1 ? nameOf([...ids][0] ?? null) : plural(ids.size, 'step')
  const order = chain.steps.map(({ id }) => id)
  const next = order[order.findIndex((id) => ids.has(id)) - 1] ?? inputNodeId
  edit(ids.size === 1 ? 'delete' : 'delete of steps', (before) => deleteSteps(before, ids))
  const still = [...left].map(nameOf)
  if (still.length > 0)
    notifyDone(`${what} was deleted. ${still.join(', ')} still mention${still.length > 1 ? '' : 's'} it.`)
  select([])
  focusCard(ids.has(next) ? inputNodeId : next)
}

function chosenSteps(): Step[] {
  const ids = new Set(selectedSteps())
  return useChainDocument.getState().chain?.steps.filter(({ id }) => ids.has(id)) ?? []
}

export function duplicateSelected(): void {
  copyIn(chosenSteps(), { x: 36, y: 54 }, 'duplicate')
}

function copyIn(steps: readonly Step[], by: Place, label: string): void {
  if (steps.length === 0) return
  let made: string[] = []
  edit(label, (chain) => {
    const { chain: next, ids } = withCopies(chain, steps, by)
    made = ids
    return next
  })
  select(made)
  const first = made[0]
  if (first !== undefined) focusCard(first)
}

/** null: nothing is selected, and what the system would copy is copied. */
export function copySelected(): string | null {
  const steps = chosenSteps()
  return steps.length === 0 ? null : copiedText(steps)
}

/** Pasted where they were if there is room, else a little beside it. */
export function pasteSteps(text: string): boolean {
  const steps = readCopied(text)
  const { chain } = useChainDocument.getState()
  if (steps === null || chain === null) return false
  const isTaken = ({ x, y }: Place): boolean =>
    chain.steps.some(({ position }) => Math.abs(position.x - x) < 20 && Math.abs(position.y - y) < 20)
  let by = 0
  while (steps.some(({ position }) => isTaken({ x: position.x + by, y: position.y + by }))) by += 36
  copyIn(steps, { x: by, y: by }, 'paste')
  return true
}

/** The layout's code comes when it is first asked for. */
export async function layoutAll(): Promise<void> {
  const { layoutChain } = await import('./layoutChain.ts')
  edit('layout', (chain) => moveCards(chain, layoutChain(chain, measuredHeights())))
  requestAnimationFrame(() => fitAll())
}

/** What Return and a double click do. */
export function editCard(id: string): void {
  select([id])
  showInspector()
  focusField(id === inputNodeId ? 'columns' : 'prompt')
}
