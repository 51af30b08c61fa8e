/** What a step answers: text, or JSON after a schema that is checked while it is written. */
import { SegmentedControl, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { ChainProblem, Step } from '../../../../../shared/chain.ts'
import { endTyping } from '../chainDocument.ts'
import { fieldId } from '../focusField.ts'
import classes from './Inspector.module.css'
import { readSchema } from './schemaText.ts'
import { FieldProblems, Section } from './Section.tsx'
import { editStep, typeStep } from './stepChanges.ts'

const example =
  '{\n  "type": "object",\n  "properties": {\n    "score": { "type": "number" }\n  },\n  "required": ["score"]\n}'

export function OutputSection({ step, problems }: { step: Step; problems: readonly ChainProblem[] }) {
  const { output } = step
  const words = output.format === 'text' ? 'text' : output.schema === null ? 'any JSON' : 'JSON after a schema'
  return (
    <Section id={fieldId('output')} title="Answer" words={words} hasProblem={problems.length > 0}>
      <SegmentedControl
        fullWidth
        aria-label="Format of the answer"
        data={[
          { value: 'text', label: 'Text' },
          { value: 'json', label: 'JSON' }
        ]}
        value={output.format}
        onChange={(format) =>
          editStep(step.id, 'change of the format', {
            output: format === 'json' ? { format, schema: null } : { format: 'text' }
          })
        }
      />
      {output.format === 'json' && <SchemaField stepId={step.id} schema={output.schema} />}
      <FieldProblems problems={problems} />
    </Section>
  )
}

function SchemaField({ stepId, schema }: { stepId: string; schema: Record<string, unknown> | null }) {
  const written = schema === null ? '' : JSON.stringify(schema, null, 2)
  const [draft, setDraft] = useState<string | null>(null)
  const text = draft ?? written
  const read = readSchema(text)
  const change = (next: string): void => {
    setDraft(next)
    const { schema: now, mistake } = readSchema(next)
    if (mistake === null) typeStep(stepId, 'change of the schema', { output: { format: 'json', schema: now } })
  }
  return (
    <Textarea
      className={classes.mono ?? ''}
      label="Schema"
      description="JSON Schema; the model is held to it. Empty: any JSON."
      placeholder={example}
      autosize
      minRows={4}
      maxRows={16}
      spellCheck={false}
      value={text}
      error={read.mistake}
      onChange={(event) => change(event.currentTarget.value)}
      onBlur={() => {
        endTyping()
        // What cannot be read stays to be mended; what can is written as the others are.
        if (read.mistake === null) setDraft(null)
      }}
    />
  )
}
