/** Says where no more models may be loaded at a time than would be needed, and raises the limit. */
import { UnstyledButton } from '@mantine/core'
import { notifyFailure } from '../../../actions/notify.ts'
import { request } from '../../../host/client.ts'
import { plural } from '../../../lib/format.ts'
import { settingValue, useSettingStore } from '../../../stores/settingStore.ts'
import classes from './WhatIfVerdict.module.css'

/** null: not known yet. */
export function useLoadedLimit(): number | null {
  const value = useSettingStore((mirror) => settingValue(mirror, 'maxLoadedModels'))
  return typeof value === 'number' ? value : null
}

async function raiseTo(count: number): Promise<void> {
  try {
    await request('settings.update', { name: 'maxLoadedModels', value: count })
  } catch (thrown) {
    notifyFailure('The limit was not raised', thrown)
  }
}

/** `loadedCount`: once it is done. */
export function LimitNote({ loadedCount, limit }: { loadedCount: number; limit: number | null }) {
  const setting = useSettingStore((mirror) => mirror.settings.find(({ name }) => name === 'maxLoadedModels'))
  if (limit === null || !Number.isFinite(loadedCount) || loadedCount <= limit) return null
  return (
    <p className={classes.line}>
      At most {plural(limit, 'model')} may be loaded at a time
      {setting?.source === 'env' ? (
        `: set by ${setting.environmentName}.`
      ) : (
        <>
          .{' '}
          <UnstyledButton className={classes.do} onClick={() => void raiseTo(loadedCount)}>
            Raise it to {loadedCount}
          </UnstyledButton>
        </>
      )}
    </p>
  )
}
