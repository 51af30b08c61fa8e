/** Every choice of how long a model stays, as the items of a menu. */
import { Menu } from '@mantine/core'
import type { Model } from '../../../../shared/model.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import { setKeepAlive } from '../../actions/modelActions.ts'
import { settingValue, useSettingStore } from '../../stores/settingStore.ts'
import { openDialog } from '../../stores/uiStore.ts'
import classes from './KeepMenu.module.css'
import { choiceLabel, choiceValue, keepChoices } from './keepAlive.ts'

function defaultWords(seconds: string | number | null): string {
  if (typeof seconds !== 'number') return 'As set for all models'
  return `As set for all models (${choiceLabel(seconds)})`
}

export function KeepMenu({ model }: { model: Model }) {
  const defaultSeconds = useSettingStore((mirror) => settingValue(mirror, 'defaultKeepAliveSeconds'))
  return (
    <>
      <Menu.RadioGroup
        value={choiceValue(model.keepAliveSeconds)}
        onChange={(value) => void setKeepAlive(model.id, Number(value))}
      >
        {keepChoices.map(({ seconds, label }) => (
          <Menu.RadioItem closeMenuOnClick key={seconds} value={String(seconds)}>
            {label}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <Menu.Item
        className={classes.indented}
        onClick={() => openDialog({ name: 'keep-custom', key: modelKey(model.id) })}
      >
        Another time…
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item className={classes.indented} onClick={() => void setKeepAlive(model.id, null)}>
        {defaultWords(defaultSeconds)}
      </Menu.Item>
    </>
  )
}
