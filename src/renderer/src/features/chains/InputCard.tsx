/** The input as a card: what comes into the chain, an item at a time. */
import { memo } from 'react'
import { formatBytes, plural } from '../../lib/format.ts'
import { cardElementId, useCardFocus } from './cardFocus.ts'
import { useChainDocument } from './chainDocument.ts'
import { inputNodeId } from './chainEdits.ts'
import { shapeOf } from './chainShape.ts'
import { useChainOutlook } from './chainOutlookStore.ts'
import { useFlow } from './flowStore.ts'
import classes from './StepCard.module.css'

const kindWords = { text: 'Text', lines: 'Lines', csv: 'Table', jsonl: 'JSON lines', files: 'Files' } as const

interface InputCardProps {
  isSelected: boolean
  isMeasured: boolean
}

export const InputCard = memo(function InputCard({ isSelected, isMeasured }: InputCardProps) {
  const card = useCardFocus(inputNodeId, isMeasured)
  const isActive = useFlow((flow) => flow.activeId === inputNodeId)
  const input = useChainOutlook((outlook) => outlook.input)
  const columns = useChainDocument(({ chain }) => chain?.inputColumns.join(', ') ?? '')
  const by = useChainDocument(({ chain }) => {
    if (chain === null) return ''
    const { byId, mentionedBy } = shapeOf(chain)
    return (mentionedBy.get(inputNodeId) ?? []).map((id) => byId.get(id)?.name).join(', ')
  })
  const words =
    input === null
      ? 'Text, lines, a table or files, chosen when it runs'
      : `${plural(input.itemCount, input.kind === 'files' ? 'file' : 'item')}, ${formatBytes(input.bytes)}`
  return (
    <div
      ref={card}
      id={cardElementId(inputNodeId)}
      className={`${classes.card} ${isSelected ? classes.selected : ''}`}
      role="group"
      tabIndex={isActive ? 0 : -1}
      aria-current={isSelected ? true : undefined}
      aria-label={`Input, ${words}${by === '' ? '' : `; mentioned by ${by}`}`}
    >
      <div className={classes.top}>Input</div>
      <div className={classes.name}>{input === null ? 'Each item' : kindWords[input.kind]}</div>
      <div className={`${classes.beginning} number`}>{columns === '' ? words : `Columns: ${columns}`}</div>
    </div>
  )
})
