/** What was found, as a file to send to somebody. */
import { Button, Menu } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { exportDiagnostics } from '../../actions/diagnosticsActions.ts'

export function ExportMenu({ isDisabled }: { isDisabled: boolean }) {
  return (
    <Menu>
      <Menu.Target>
        <Button disabled={isDisabled} leftSection={<IconDownload size={14} stroke={1.7} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void exportDiagnostics('markdown')}>Markdown, to read</Menu.Item>
        <Menu.Item onClick={() => void exportDiagnostics('json')}>JSON, for programs</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
