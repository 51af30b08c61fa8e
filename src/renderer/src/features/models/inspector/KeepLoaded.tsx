/** How long the model stays: the usual times in one row, the rest beside them, and advice that can be taken with one click. */
import { ActionIcon, Menu, SegmentedControl } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import type { Model } from '../../../../../shared/model.ts'
import { modelKey } from '../../../../../shared/modelKey.ts'
import { setKeepAlive } from '../../../actions/modelActions.ts'
import { useModelStore } from '../../../stores/modelStore.ts'
import { settingValue, useSettingStore } from '../../../stores/settingStore.ts'
import { openDialog } from '../../../stores/uiStore.ts'
import { choiceLabel, keepAdvice, keepWords, mainChoices, moreChoices } from '../keepAlive.ts'
import classes from './KeepLoaded.module.css'

function useKeptCount(): number {
  return useModelStore((mirror) => mirror.keys.filter((key) => mirror.byKey[key]?.state === 'ready').length)
}

function defaultWords(seconds: string | number | null): string {
  if (typeof seconds !== 'number') return 'As set for all models'
  return `As set for all models (${choiceLabel(seconds)})`
}

function MoreMenu({ model }: { model: Model }) {
  const defaultSeconds = useSettingStore((mirror) => settingValue(mirror, 'defaultKeepAliveSeconds'))
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon size={28} aria-label="More times">
          <IconDots size={15} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={String(model.keepAliveSeconds)}
          onChange={(value) => void setKeepAlive(model.id, Number(value))}
        >
          {moreChoices.map(({ seconds, label }) => (
            <Menu.RadioItem closeMenuOnClick key={seconds} value={String(seconds)}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Item onClick={() => openDialog({ name: 'keep-custom', key: modelKey(model.id) })}>
          Another time…
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void setKeepAlive(model.id, null)}>{defaultWords(defaultSeconds)}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

export function KeepLoaded({ model }: { model: Model }) {
  const keptCount = useKeptCount()
  const advice = model.state === 'ready' && !model.isPinned ? keepAdvice(keptCount, model.keepAliveSeconds) : null
  return (
    <>
      <div className={classes.choices}>
        <SegmentedControl
          className={classes.control}
          aria-label="Keep loaded"
          fullWidth
          data={mainChoices.map(({ seconds, label }) => ({ value: String(seconds), label }))}
          value={String(model.keepAliveSeconds)}
          onChange={(value) => void setKeepAlive(model.id, Number(value))}
        />
        <MoreMenu model={model} />
      </div>
      <p className={classes.words}>{keepWords(model.keepAliveSeconds)}</p>
      {advice !== null && (
        <div className={classes.advice}>
          {advice.words}{' '}
          <button type="button" className={classes.take} onClick={() => void setKeepAlive(model.id, advice.seconds)}>
            {advice.action}
          </button>
        </div>
      )}
    </>
  )
}
