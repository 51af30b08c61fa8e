/** What a chain is run on: text, lines, a table or files, with their first items, the wishes of the run and its plan before it begins. */
import { Button, Group, Modal, SegmentedControl, Switch } from '@mantine/core'
import { useEffect, useState } from 'react'
import { startRun } from '../../actions/runActions.ts'
import { Note } from '../../components/Note.tsx'
import { useReturnFocus } from '../../components/useReturnFocus.ts'
import { failureWords } from '../../host/failureWords.ts'
import { useConnectionStore } from '../../stores/connectionStore.ts'
import { settingValue, useSettingStore } from '../../stores/settingStore.ts'
import { PlanPanel } from '../plan/PlanPanel.tsx'
import { blockedWords } from './blockedWords.ts'
import { FilesField } from './FilesField.tsx'
import { InputPreview } from './InputPreview.tsx'
import classes from './InputsDialog.module.css'
import { closeInputs, rememberInput, type InputsRequest } from './inputsStore.ts'
import { kindLabels, runLabel, type InputKind } from './inputWords.ts'
import { TextField } from './TextField.tsx'
import { useInputDraft } from './useInputDraft.ts'
import { useWishedPlan } from './useWishedPlan.ts'

const kinds = Object.entries(kindLabels).map(([value, label]) => ({ value, label }))

function useUnloadsAfterUse(): boolean {
  return useSettingStore((mirror) => settingValue(mirror, 'unloadAfterUse')) !== 'off'
}

export function InputsDialog({ request: { chain, choice, onChange } }: { request: InputsRequest }) {
  useReturnFocus()
  const draft = useInputDraft(chain.id, choice?.input ?? null)
  const [order, setOrder] = useState(choice?.order ?? 'fewest_loads')
  const [autoUnload, setAutoUnload] = useState(choice?.autoUnload ?? null)
  const unloads = useUnloadsAfterUse()
  const [isStarting, setIsStarting] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const isConnected = useConnectionStore(({ connection }) => connection === 'open')
  const wishes = { order, ...(autoUnload !== null && { autoUnload }) }
  // Without an item there is nothing to plan for.
  const input = draft.input === null || draft.input.itemCount === 0 ? null : draft.input
  const inputId = input?.id
  const plan = useWishedPlan({ chain, ...(inputId !== undefined && { inputId }), ...wishes })
  const blocked = blockedWords({ chain, draft, problems: plan.answer?.problems ?? [], isConnected })

  useEffect(() => {
    if (draft.sending === null) onChange?.({ input, order, autoUnload })
  }, [onChange, input, draft.sending, order, autoUnload])

  async function run(): Promise<void> {
    if (blocked !== null || inputId === undefined) return
    setIsStarting(true)
    setFailure(null)
    try {
      await startRun({ chain, inputId, ...wishes })
      rememberInput(chain.id, inputId)
      closeInputs()
    } catch (thrown) {
      setFailure(failureWords(thrown))
      setIsStarting(false)
    }
  }

  return (
    <Modal opened onClose={closeInputs} closeOnClickOutside={false} title={`Run ${chain.name}`} size={780}>
      <div className={classes.dialog}>
        <SegmentedControl
          className={classes.kinds}
          aria-label="Kind of input"
          data={kinds}
          value={draft.kind}
          onChange={(kind) => draft.setKind(kind as InputKind)}
        />
        {draft.kind === 'files' ? <FilesField draft={draft} /> : <TextField draft={draft} kind={draft.kind} />}
        <InputPreview draft={draft} wanted={chain.inputColumns} />
        <div className={classes.plan}>
          {/* Why there is none is told beside the button that it keeps from being pressed. */}
          <PlanPanel
            plan={plan.answer?.plan ?? null}
            steps={chain.steps}
            isWorking={plan.isOld}
            failure={plan.failure}
            order={order}
            onOrder={setOrder}
          />
        </div>
        <Switch
          size="xs"
          label="Unload each model when no later step needs it"
          checked={autoUnload ?? unloads}
          onChange={(change) => setAutoUnload(change.currentTarget.checked)}
        />
        {failure !== null && <Note isWarning>{failure}</Note>}
        <Group className={classes.footer} justify="flex-end" gap={10} wrap="nowrap">
          <p className={`${classes.blocked} data`} id="why-not-run">
            {blocked}
          </p>
          <Button onClick={closeInputs}>Cancel</Button>
          <Button
            variant="filled"
            className={classes.run}
            disabled={blocked !== null}
            aria-describedby="why-not-run"
            loading={isStarting}
            onClick={() => void run()}
          >
            {runLabel(input)}
          </Button>
        </Group>
      </div>
    </Modal>
  )
}
