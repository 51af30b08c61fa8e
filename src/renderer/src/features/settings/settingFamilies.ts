/** Settings that are read together: one heading, and short labels under it. Pure. */
import type { SettingName, SettingState } from '../../../../shared/settings.ts'

interface Family {
  title: string
  labels: Partial<Readonly<Record<SettingName, string>>>
}

const families: readonly Family[] = [
  {
    title: 'Servers on this machine',
    labels: {
      localRetryAttempts: 'Attempts',
      localRetryFirstDelayMs: 'First pause',
      localRetryMaxDelayMs: 'Longest pause'
    }
  },
  {
    title: 'Other servers',
    labels: {
      remoteRetryAttempts: 'Attempts',
      remoteRetryFirstDelayMs: 'First pause',
      remoteRetryMaxDelayMs: 'Longest pause'
    }
  },
  { title: 'Answers at once on a host', labels: { minConcurrency: 'At least', maxConcurrency: 'At most' } }
]

export interface SettingPart {
  /** null: settings that stand for themselves. */
  title: string | null
  rows: { setting: SettingState; label: string }[]
}

/** In the order given; neighbours of one family stand in one part. */
export function settingParts(settings: readonly SettingState[]): SettingPart[] {
  const parts: SettingPart[] = []
  for (const setting of settings) {
    const family = families.find(({ labels }) => setting.name in labels)
    const title = family?.title ?? null
    const row = { setting, label: family?.labels[setting.name] ?? setting.label }
    const last = parts.at(-1)
    if (last !== undefined && last.title === title) last.rows.push(row)
    else parts.push({ title, rows: [row] })
  }
  return parts
}
