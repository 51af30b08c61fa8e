/** The arrow before a title: out of one run, or out of a comparison. */
import { ActionIcon } from '@mantine/core'
import { IconChevronLeft } from '@tabler/icons-react'

export function Back({ label, onBack }: { label: string; onBack: () => void }) {
  return (
    <ActionIcon size={28} aria-label={label} title={label} onClick={onBack}>
      <IconChevronLeft size={17} stroke={1.8} aria-hidden />
    </ActionIcon>
  )
}
