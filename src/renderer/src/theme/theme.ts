/** Mantine's theme in Stoker's terms: the system font, 13 px, ember, small radii, and colours that come from tokens.css. */
import {
  createTheme,
  defaultCssVariablesResolver,
  type CSSVariablesResolver,
  type MantineColorsTuple
} from '@mantine/core'

const ember: MantineColorsTuple = [
  '#fff0e6',
  '#ffddc7',
  '#ffc19c',
  '#ffa470',
  '#ff8a4c',
  '#fb6f2b',
  '#ec5a17',
  '#cf430c',
  '#b93a08',
  '#9a3007'
]

/** Mantine's greys, warmed to the tokens: what no rule of ours names still belongs. */
const gray: MantineColorsTuple = [
  '#faf9f8',
  '#f4f3f1',
  '#ebe8e4',
  '#e6e3df',
  '#d6d2cc',
  '#b9b3ab',
  '#77716a',
  '#6f6a63',
  '#3a3631',
  '#1f1d1a'
]

const dark: MantineColorsTuple = [
  '#ece9e4',
  '#c9c4bc',
  '#a8a29a',
  '#6b665f',
  '#35332f',
  '#33312e',
  '#2a2927',
  '#1c1b1a',
  '#181716',
  '#121110'
]

export const theme = createTheme({
  fontFamily:
    '-apple-system, BlinkMacSystemFont, "Segoe UI", Inter, Ubuntu, Cantarell, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, "Cascadia Mono", "Liberation Mono", monospace',
  fontSizes: { xs: '11px', sm: '12px', md: '13px', lg: '15px', xl: '20px' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.385', lg: '1.4', xl: '1.3' },
  radius: { xs: '4px', sm: '7px', md: '7px', lg: '11px', xl: '16px' },
  defaultRadius: 'sm',
  colors: { ember, gray, dark },
  primaryColor: 'ember',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  respectReducedMotion: true,
  cursorType: 'default',
  components: {
    Button: { defaultProps: { size: 'xs', variant: 'default' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    TextInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', checkIconPosition: 'right' } },
    SegmentedControl: { defaultProps: { size: 'xs', transitionDuration: 120, withItemsBorders: false } },
    Tooltip: { defaultProps: { openDelay: 350, transitionProps: { duration: 120 }, multiline: true } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } },
    Menu: {
      defaultProps: {
        withInitialFocusPlaceholder: false,
        shadow: 'none',
        transitionProps: { duration: 90 },
        position: 'bottom-end'
      }
    },
    // Scrolling never belongs to the page itself, and the lock would add a style element that the content policy forbids.
    Modal: {
      defaultProps: {
        overlayProps: { backgroundOpacity: 0.3 },
        lockScroll: false,
        closeButtonProps: { 'aria-label': 'Close' },
        centered: true,
        radius: 'lg',
        transitionProps: { duration: 120 }
      }
    },
    Drawer: {
      defaultProps: {
        overlayProps: { backgroundOpacity: 0.3 },
        lockScroll: false,
        closeButtonProps: { 'aria-label': 'Close' },
        position: 'right',
        transitionProps: { duration: 120 }
      }
    }
  }
})

const surfaces = {
  '--mantine-color-body': 'var(--background)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-bright': 'var(--text)',
  '--mantine-color-dimmed': 'var(--dim)',
  '--mantine-color-placeholder': 'var(--faint)',
  '--mantine-color-anchor': 'var(--accent-text)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-color-default': 'var(--control)',
  '--mantine-color-default-hover': 'var(--control-hover)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--line)',
  '--mantine-color-disabled': 'var(--hover)',
  '--mantine-color-disabled-color': 'var(--faint)',
  '--mantine-color-disabled-border': 'var(--line)',
  '--mantine-primary-color-filled': 'var(--accent-fill)',
  '--mantine-primary-color-filled-hover': 'var(--accent-fill-hover)',
  '--mantine-color-ember-filled': 'var(--accent-fill)',
  '--mantine-color-ember-filled-hover': 'var(--accent-fill-hover)'
} as const

export const resolveVariables: CSSVariablesResolver = (merged) => {
  const base = defaultCssVariablesResolver(merged)
  return { variables: base.variables, light: { ...base.light, ...surfaces }, dark: { ...base.dark, ...surfaces } }
}
