/** Tells when nobody could look: the machine sleeps, or its screen is locked. */
import { powerMonitor } from 'electron'

export function watchAway(onChange: (isAway: boolean) => void): void {
  powerMonitor.on('suspend', () => onChange(true))
  powerMonitor.on('lock-screen', () => onChange(true))
  powerMonitor.on('resume', () => onChange(false))
  powerMonitor.on('unlock-screen', () => onChange(false))
}
