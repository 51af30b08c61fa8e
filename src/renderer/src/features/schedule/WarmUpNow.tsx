/** "Warm up now": a rule at once, or models of one's choice one after the other. */
import { Button, Checkbox, Group, Menu, Modal } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useState } from 'react'
import { modelKey } from '../../../../shared/modelKey.ts'
import { listWords } from '../../../../shared/ruleWords.ts'
import { warmUp } from '../../actions/ruleActions.ts'
import { ColourSquare } from '../../components/ColourSquare.tsx'
import { MiddleText } from '../../components/MiddleText.tsx'
import { plural } from '../../lib/format.ts'
import { compareNames } from '../../lib/compareNames.ts'
import { useFitStore } from '../../stores/fitStore.ts'
import { useModelStore } from '../../stores/modelStore.ts'
import { useRuleStore } from '../../stores/ruleStore.ts'
import { modelFacts } from './blockWords.ts'
import { mostModels } from './ruleFields.ts'
import { useNameOf, useRuleColours } from './ruleModels.ts'
import { useScheduleStore } from './scheduleStore.ts'
import { resultWords } from './scheduleWords.ts'
import { runRule } from './useRun.ts'
import classes from './WarmUpNow.module.css'

export function WarmUpNow() {
  const rules = useRuleStore((mirror) => mirror.rules)
  const nameOf = useNameOf()
  const hasModels = useModelStore((mirror) => mirror.keys.length > 0)
  const choose = (): void => useScheduleStore.setState({ isWarmUpOpen: true })
  if (rules.length === 0) {
    return (
      <Button disabled={!hasModels} onClick={choose}>
        Warm up now…
      </Button>
    )
  }
  return (
    <Menu>
      <Menu.Target>
        <Button rightSection={<IconChevronDown size={13} aria-hidden />}>Warm up now</Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu}>
        {rules.map(({ rule, isRunning }) => (
          <Menu.Item key={rule.id} disabled={isRunning} onClick={() => runRule(rule, nameOf)}>
            <span className={classes.item}>{rule.name}</span>
            <span className={classes.itemModels}>{listWords(rule.models.map(({ id }) => nameOf(id)))}</span>
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={choose}>Choose models…</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

const close = (): void => useScheduleStore.setState({ isWarmUpOpen: false })

export function WarmUpDialog() {
  const byKey = useModelStore((mirror) => mirror.byKey)
  const fits = useFitStore((mirror) => mirror.byKey)
  const nameOf = useNameOf()
  const [keys, setKeys] = useState<readonly string[]>([])
  const models = Object.values(byKey)
    .filter(({ state }) => state !== 'absent')
    .sort((a, b) => compareNames(a.id.name, b.id.name))
  const colourOf = useRuleColours()
  const chosen = keys.flatMap((key) => byKey[key]?.id ?? [])
  const start = (): void => {
    close()
    void warmUp({ name: listWords(chosen.map(nameOf)), ids: chosen }, (results) => resultWords(results, nameOf))
  }
  return (
    <Modal opened onClose={close} title="Warm up now" size={420}>
      <p className={classes.help}>
        One after the other, in the order they are ticked: loaded, then asked for one token.
      </p>
      <ul className={classes.models}>
        {models.map(({ id, state }) => {
          const key = modelKey(id)
          const at = keys.indexOf(key)
          return (
            <li key={key}>
              <label className={classes.model}>
                <Checkbox
                  size="xs"
                  radius="xs"
                  checked={at !== -1}
                  disabled={at === -1 && keys.length >= mostModels}
                  onChange={(event) =>
                    setKeys(event.currentTarget.checked ? [...keys, key] : keys.filter((each) => each !== key))
                  }
                />
                <ColourSquare colour={colourOf(id).colour} isFaded={state !== 'ready'} />
                <span className={classes.name}>
                  <MiddleText text={nameOf(id)} />
                </span>
                <span className={`${classes.facts} number`}>
                  {state === 'ready' ? 'loaded' : modelFacts(null, fits[key])}
                </span>
                <span className={`${classes.order} number`}>{at !== -1 && keys.length > 1 ? at + 1 : ''}</span>
              </label>
            </li>
          )
        })}
      </ul>
      <Group justify="flex-end" gap={10} mt={16}>
        <Button onClick={close}>Cancel</Button>
        <Button variant="filled" disabled={chosen.length === 0} onClick={start}>
          {chosen.length === 0 ? 'Warm up' : `Warm up ${plural(chosen.length, 'model')}`}
        </Button>
      </Group>
    </Modal>
  )
}
