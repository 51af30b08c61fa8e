/** The chain itself, while no step is selected: what it is for, what its input is made of, and what holds for all its steps. */
import { Textarea } from '@mantine/core'
import { useMemo } from 'react'
import type { ChainProblem } from '../../../../../shared/chain.ts'
import { focusCard } from '../cardFocus.ts'
import { endTyping, type, useChainDocument } from '../chainDocument.ts'
import { problemsOf } from '../chainProblemMarks.ts'
import { useChainOutlook } from '../chainOutlookStore.ts'
import { plural } from '../../../lib/format.ts'
import { fieldId } from '../focusField.ts'
import { select } from '../flowStore.ts'
import { readingOrder, shapeOf } from '../chainShape.ts'
import { inputNodeId } from '../chainEdits.ts'
import { offersFor } from './completions.ts'
import classes from './Inspector.module.css'
import { LinesField } from './LinesField.tsx'
import { OptionsSection } from './OptionsSection.tsx'
import { FieldProblems, Section } from './Section.tsx'
import { TemplateEditor } from './TemplateEditor.tsx'
import { marksOf } from './templateMarks.ts'

export function ChainInspector() {
  const chain = useChainDocument((document) => document.chain)
  const problems = useChainOutlook((outlook) => problemsOf(outlook.problems, null))
  const offers = useMemo(() => (chain === null ? [] : offersFor(chain, null)), [chain])
  if (chain === null) return null
  const system = chain.system.trim()
  return (
    <div className={classes.inspector}>
      <h2 className={classes.title}>Chain</h2>
      <p className={`${classes.origin} number`}>{plural(chain.steps.length, 'step')}</p>
      <FieldProblems problems={problems.filter(({ field }) => field === 'chain' || field === 'name')} />
      <Textarea
        label="What it is for"
        placeholder="A sentence for the list of chains"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={4_000}
        value={chain.description}
        onChange={(event) => {
          const { value } = event.currentTarget
          type('description', 'change of the description', (before) => ({ ...before, description: value }))
        }}
        onBlur={endTyping}
      />
      <Columns columns={chain.inputColumns} problems={problems.filter(({ field }) => field === 'input')} />
      <div>
        <Section
          id={fieldId('system')}
          title="System prompt"
          words={system === '' ? 'none' : system.slice(0, 40)}
          hasProblem={problems.some(({ field }) => field === 'system')}
        >
          <TemplateEditor
            id="chain-system-text"
            label="System prompt of every step"
            isLabelHidden
            lines={4}
            value={chain.system}
            placeholder="For every step that has none of its own."
            offers={offers}
            marks={marksOf(problems, 'system')}
            onChange={(text) =>
              type('system', 'change of the system prompt', (before) => ({ ...before, system: text }))
            }
            onBlur={endTyping}
          />
        </Section>
        <OptionsSection
          isOfChain
          options={chain.options}
          effective={[]}
          problems={problems.filter(({ field }) => field === 'options')}
          onChange={(options) => type('options', 'change of options', (before) => ({ ...before, options }))}
        />
        <Steps />
      </div>
    </div>
  )
}

function Columns({ columns, problems }: { columns: readonly string[]; problems: readonly ChainProblem[] }) {
  return (
    <div>
      <LinesField
        id={fieldId('columns')}
        label="Columns of the input"
        description="One a line, for tables: a prompt says {{input.NAME}}. Empty: not said."
        lines={columns}
        onChange={(lines) => {
          const inputColumns = lines.slice(0, 200).map((line) => line.slice(0, 200))
          type('columns', 'change of the columns', (before) => ({ ...before, inputColumns }))
        }}
      />
      <FieldProblems problems={problems} />
    </div>
  )
}

/** The canvas as a list, for who reads rather than looks. */
function Steps() {
  const chain = useChainDocument((document) => document.chain)
  if (chain === null || chain.steps.length === 0) return null
  const { byId, mentions } = shapeOf(chain)
  const order = readingOrder(chain).filter((id) => id !== inputNodeId)
  return (
    <Section id="chain-steps" title="Steps in order" words="" hasProblem={false}>
      <ol className={classes.steps}>
        {order.map((id) => (
          <li key={id}>
            <button
              type="button"
              className={classes.stepLink}
              onClick={() => {
                select([id])
                focusCard(id)
              }}
            >
              {byId.get(id)?.name}
            </button>
            <span className={classes.stepFrom}>
              {(mentions.get(id) ?? []).map((from) => (from === null ? 'input' : byId.get(from)?.name)).join(', ')}
            </span>
          </li>
        ))}
      </ol>
    </Section>
  )
}
