/** Keeps the page's colours to the theme in force in the core. */
import { useMantineColorScheme } from '@mantine/core'
import { useEffect } from 'react'
import { settingValue, useSettingStore } from '../../stores/settingStore.ts'

export function useThemeSetting(): void {
  const theme = useSettingStore((mirror) => settingValue(mirror, 'theme'))
  // Turning transitions off for the change would take a style element, which the content policy forbids.
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  useEffect(() => {
    if (theme === 'light' || theme === 'dark') setColorScheme(theme)
    else if (theme === 'system') setColorScheme('auto')
  }, [theme, setColorScheme])
}
