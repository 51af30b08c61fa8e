/** The canvas: cards, edges, drags and drops, on @xyflow/react. With flowStore.ts, canvasView.ts and the edges seen from afar all that knows that library. */
import '@xyflow/react/dist/base.css'
import {
  Background,
  BackgroundVariant,
  Handle,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useStore,
  type Connection,
  type Edge,
  type NodeProps
} from '@xyflow/react'
import { createContext, memo, use, useEffect, useMemo, type DragEvent, type MouseEvent } from 'react'
import { parseModelKey } from '../../../../shared/modelKey.ts'
import { isNarrow } from '../../components/useWidth.ts'
import { addModelStep, askDisconnect, connectCards, editCard, setModel, startStep } from './builderDeeds.ts'
import { onCanvasKey } from './canvasKeys.ts'
import { keepInstance, placeAt, showChain } from './canvasView.ts'
import { focusCanvas, focusCard, keepKeyboard } from './cardFocus.ts'
import { inputNodeId } from './chainEdits.ts'
import { useChainDocument } from './chainDocument.ts'
import { wouldCircle } from './chainShape.ts'
import { showInspector } from './chainView.ts'
import { FarEdges } from './FarEdges.tsx'
import classes from './FlowCanvas.module.css'
import { edgeOf, followFlow, keepPlaces, onEdgesChange, onNodesChange, useFlow, type FlowNode } from './flowStore.ts'
import { InputCard } from './InputCard.tsx'
import { partEdges } from './jointEdges.ts'
import { modelDragType } from './ModelShelf.tsx'
import { StepCard } from './StepCard.tsx'

const IsFar = createContext(false)

/** Where edges end. Seen from afar nobody takes hold of one: it is only there to be measured, and no move of a card reaches it. */
function CardEnd({ type }: { type: 'source' | 'target' }) {
  const position = type === 'source' ? Position.Right : Position.Left
  if (!use(IsFar)) return <Handle type={type} position={position} className={classes.handle} />
  return (
    <div
      className={`react-flow__handle react-flow__handle-${position} ${type} ${classes.handle}`}
      data-handlepos={position}
    />
  )
}

/** Until then the library hides it, and gives its width as 0. */
function isMeasured(width: number | undefined): boolean {
  return width !== undefined && width > 0
}

const InputNode = memo(function InputNode({ selected, width }: NodeProps<FlowNode>) {
  return (
    <>
      <InputCard isSelected={selected} isMeasured={isMeasured(width)} />
      <CardEnd type="source" />
    </>
  )
})

const StepNode = memo(function StepNode({ id, selected, width }: NodeProps<FlowNode>) {
  return (
    <>
      <CardEnd type="target" />
      <StepCard id={id} isSelected={selected} isMeasured={isMeasured(width)} />
      <CardEnd type="source" />
    </>
  )
})

const nodeTypes = { source: InputNode, step: StepNode }
/** From so many on, only those in view are drawn: a drag moves what is seen, not hundreds of cards. */
const manyCards = 60
/** Letters of a card are under four pixels below it. */
const farZoom = 0.3
const noAttribution = { hideAttribution: true }

function isPossible(connection: Connection | Edge): boolean {
  const { chain } = useChainDocument.getState()
  return chain !== null && connection.target !== inputNodeId && !wouldCircle(chain, edgeOf(connection))
}

/** The step's card under a pointer, if any. */
function cardUnder(event: { target: EventTarget }): string | null {
  const node = event.target instanceof Element ? event.target.closest<HTMLElement>('.react-flow__node') : null
  return node?.dataset.id ?? null
}

function onDragOver(event: DragEvent): void {
  if (!event.dataTransfer.types.includes(modelDragType)) return
  event.preventDefault()
  event.dataTransfer.dropEffect = 'copy'
}

function onDrop(event: DragEvent): void {
  const key = event.dataTransfer.getData(modelDragType)
  if (key === '') return
  event.preventDefault()
  const card = cardUnder(event)
  if (card !== null && card !== inputNodeId) setModel([card], parseModelKey(key))
  else {
    const { x, y } = placeAt(event.clientX, event.clientY)
    addModelStep(parseModelKey(key), { x: x - 60, y: y - 24 })
  }
}

function onDoubleClick(event: MouseEvent): void {
  const card = cardUnder(event)
  if (card !== null) editCard(card)
  else if (event.target instanceof Element && event.target.classList.contains('react-flow__pane')) {
    const { x, y } = placeAt(event.clientX, event.clientY)
    startStep({ x: x - 60, y: y - 24 })
  }
}

function onNodeClick(event: MouseEvent, { id }: { id: string }): void {
  focusCard(id)
  if (isNarrow() && !event.metaKey && !event.ctrlKey && !event.shiftKey) showInspector()
}

function Canvas() {
  const nodes = useFlow((flow) => flow.nodes)
  const edges = useFlow((flow) => flow.edges)
  const isFar = useStore(({ transform }) => transform[2] < farZoom)
  const movedIds = nodes.flatMap(({ id, dragging }) => (dragging === true ? [id] : [])).join(' ')
  const { own, joint } = useMemo(
    () => (isFar ? partEdges(edges, new Set(movedIds.split(' '))) : { own: edges, joint: [] }),
    [edges, movedIds, isFar]
  )
  return (
    <IsFar value={isFar}>
      <ReactFlow
        className={`${classes.flow} ${isFar ? 'far-cards' : ''}`}
        nodes={nodes}
        edges={own}
        nodeTypes={nodeTypes}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onConnect={(connection) => connectCards(edgeOf(connection))}
        isValidConnection={isPossible}
        onNodeDragStop={(_event, _node, dragged) => keepPlaces(dragged)}
        onSelectionDragStop={(_event, dragged) => keepPlaces(dragged)}
        onNodeClick={onNodeClick}
        onEdgeDoubleClick={(_event, edge) => askDisconnect([edgeOf(edge)])}
        onEdgeClick={focusCanvas}
        onPaneClick={focusCanvas}
        onInit={keepInstance}
        minZoom={0.05}
        maxZoom={2}
        panOnScroll
        onlyRenderVisibleElements={nodes.length > manyCards}
        zoomOnDoubleClick={false}
        nodesFocusable={false}
        edgesFocusable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        multiSelectionKeyCode={['Meta', 'Control', 'Shift']}
        connectionRadius={34}
        proOptions={noAttribution}
      >
        <Background variant={BackgroundVariant.Dots} gap={18} size={1.4} className={classes.dots ?? ''} />
        {isFar && <FarEdges edges={joint} />}
      </ReactFlow>
    </IsFar>
  )
}

export function FlowCanvas() {
  useEffect(() => {
    const stop = followFlow()
    return () => {
      stop()
      keepInstance(null)
    }
  }, [])
  const chainId = useChainDocument(({ chain }) => chain?.id)
  const isLarge = useFlow((flow) => flow.nodes.length > manyCards)
  useEffect(() => {
    // Once the cards of another chain have been measured.
    const frame = requestAnimationFrame(() => requestAnimationFrame(() => void showChain().then(keepKeyboard)))
    return () => cancelAnimationFrame(frame)
  }, [chainId])
  return (
    <div
      id="canvas"
      className={classes.canvas}
      role="group"
      aria-label="Canvas"
      // Cards out of view are not drawn: the keyboard comes in by the canvas itself.
      tabIndex={isLarge ? 0 : -1}
      onKeyDown={onCanvasKey}
      onDragOver={onDragOver}
      onDrop={onDrop}
      onDoubleClick={onDoubleClick}
    >
      <ReactFlowProvider>
        <Canvas />
      </ReactFlowProvider>
    </div>
  )
}
