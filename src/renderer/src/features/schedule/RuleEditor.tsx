/** The panel in which a rule is written; the week beside it shows at every moment what the rule would do. */
import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useEffect, useId, useRef, useState, type FormEvent, type KeyboardEvent } from 'react'
import { toErrorInfo } from '../../../../shared/errors.ts'
import { modelKey, parseModelKey } from '../../../../shared/modelKey.ts'
import { saveRule } from '../../actions/ruleActions.ts'
import { RequestError } from '../../host/requestError.ts'
import { shortcut } from '../../lib/platform.ts'
import { useTargetOf } from '../../stores/modelsFileStore.ts'
import { useModelStore } from '../../stores/modelStore.ts'
import { EditorPreview } from './EditorPreview.tsx'
import { ModelPicks } from './ModelPicks.tsx'
import classes from './RuleEditor.module.css'
import { fieldProblems, proposedName, ruleOf, type RuleProblems } from './ruleFields.ts'
import { closeEditor, leaveEditor, setFields, type Editing } from './scheduleStore.ts'
import { WhenFields } from './WhenFields.tsx'

function useProblems({ fields }: Editing): RuleProblems {
  const byKey = useModelStore((mirror) => mirror.byKey)
  const targetOf = useTargetOf()
  return fieldProblems(fields, (key) => byKey[modelKey(targetOf(parseModelKey(key)))]?.maxContextLength ?? null)
}

/** What is missing is said only after a try to save; what is wrong, at once. */
function shownProblems(problems: RuleProblems, isTried: boolean): RuleProblems {
  if (isTried) return problems
  const { name, time, endTime, contexts } = problems
  return {
    ...(name !== undefined && { name }),
    ...(time !== undefined && { time }),
    ...(endTime !== undefined && { endTime }),
    ...(contexts !== undefined && { contexts })
  }
}

export function RuleEditor({ editing }: { editing: Editing }) {
  const { fields, isNew } = editing
  const problems = useProblems(editing)
  const [isTried, setIsTried] = useState(false)
  const [isSaving, setIsSaving] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const form = useRef<HTMLFormElement>(null)
  const title = useId()
  const shown = shownProblems(problems, isTried)
  useEffect(() => {
    const first = form.current?.querySelector<HTMLElement>('[data-first]') ?? form.current
    first?.focus({ preventScroll: true })
  }, [])

  const save = async (): Promise<void> => {
    setIsTried(true)
    const rule = ruleOf(editing.ruleId, fields)
    if (isSaving) return
    if (rule === null || Object.keys(problems).length > 0) {
      // After the words beside the fields are there.
      requestAnimationFrame(() =>
        form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-missing]')?.focus()
      )
      return
    }
    setIsSaving(true)
    setFailure(null)
    try {
      await saveRule(rule)
      closeEditor()
    } catch (thrown) {
      const { message, hint } = thrown instanceof RequestError ? thrown : toErrorInfo(thrown)
      setFailure(hint === null ? message : `${message} ${hint}`)
      setIsSaving(false)
    }
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const isListOpen = event.target instanceof HTMLElement && event.target.ariaExpanded === 'true'
    // The first Escape closes the list of models, the next one the panel.
    if (event.key === 'Escape' && isListOpen) return event.stopPropagation()
    if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return
    event.preventDefault()
    void save()
  }
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault()
    void save()
  }
  return (
    <form
      ref={form}
      className={classes.editor}
      aria-labelledby={title}
      noValidate
      tabIndex={-1}
      onSubmit={onSubmit}
      onKeyDown={onKeyDown}
    >
      <header className={classes.head}>
        <h2 id={title} className={classes.title}>
          {isNew ? 'New rule' : 'Edit rule'}
        </h2>
        <ActionIcon size={26} aria-label="Close" onClick={() => leaveEditor(closeEditor)} className={classes.close}>
          <IconX size={15} aria-hidden />
        </ActionIcon>
      </header>
      <WhenFields fields={fields} problems={shown} />
      <ModelPicks models={fields.models} problem={shown.models} contexts={shown.contexts ?? {}} />
      <TextInput
        label="Name"
        placeholder={proposedName(fields)}
        value={fields.name}
        error={shown.name}
        onChange={(event) => setFields({ name: event.currentTarget.value })}
      />
      <EditorPreview editing={editing} />
      {failure !== null && (
        <p role="alert" className={classes.failure}>
          {failure}
        </p>
      )}
      <div className={classes.foot}>
        <Button onClick={() => leaveEditor(closeEditor)}>Cancel</Button>
        <Button type="submit" variant="filled" loading={isSaving} title={shortcut('↩')}>
          {isNew ? 'Add rule' : 'Save'}
        </Button>
      </div>
    </form>
  )
}
