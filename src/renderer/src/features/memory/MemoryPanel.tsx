/** The panel beside the chart: what would be, and what is. */
import { Tabs } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { InMemoryPanel } from './InMemoryPanel.tsx'
import classes from './MemoryPanel.module.css'
import { WhatIfPanel } from './whatIf/WhatIfPanel.tsx'

const tabs = [
  { value: 'what-if', label: 'What if…' },
  { value: 'now', label: 'In memory now' }
]

export function MemoryPanel() {
  const [tab, setTab] = useLocalStorage({
    key: 'stoker.memoryPanel',
    defaultValue: 'what-if',
    getInitialValueInEffect: false,
    deserialize: (kept) => (kept === 'now' ? 'now' : 'what-if'),
    serialize: (value) => value
  })
  return (
    <Tabs
      value={tab}
      onChange={(value) => setTab(value ?? 'what-if')}
      keepMounted={false}
      variant="none"
      classNames={{ root: classes.root, list: classes.list, tab: classes.tab, panel: classes.panel }}
    >
      <Tabs.List aria-label="Panel">
        {tabs.map(({ value, label }) => (
          <Tabs.Tab key={value} value={value}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="what-if">
        <WhatIfPanel />
      </Tabs.Panel>
      <Tabs.Panel value="now">
        <InMemoryPanel />
      </Tabs.Panel>
    </Tabs>
  )
}
