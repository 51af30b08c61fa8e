/** Where the window was, and whether it can still be there: displays come and go. */
import { z } from 'zod'

export interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

/** Without x and y the window goes to the middle of the main display. */
export interface WindowPlace {
  x?: number
  y?: number
  width: number
  height: number
  isMaximized: boolean
}

export const smallestWindow = { width: 640, height: 480 }
const firstPlace: WindowPlace = { width: 1280, height: 800, isMaximized: false }
/** So much of the top edge has to lie on a display that a person can take hold of the window there. */
const grip = { width: 120, height: 24 }

const placeSchema = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(smallestWindow.width),
  height: z.number().int().min(smallestWindow.height),
  isMaximized: z.boolean()
})

/** `saved`: what the file said, whatever that is. */
export function choosePlace(saved: unknown, workAreas: readonly Rectangle[]): WindowPlace {
  const parsed = placeSchema.safeParse(saved)
  const place = parsed.success ? parsed.data : firstPlace
  const home = workAreas.find((area) => parsed.success && canBeGripped(parsed.data, area))
  const largest = home ?? workAreas[0]
  const size = {
    width: Math.min(place.width, largest?.width ?? place.width),
    height: Math.min(place.height, largest?.height ?? place.height),
    isMaximized: place.isMaximized
  }
  return home && parsed.success ? { ...size, x: parsed.data.x, y: parsed.data.y } : size
}

function canBeGripped(window: Rectangle, area: Rectangle): boolean {
  const left = Math.max(window.x, area.x)
  const right = Math.min(window.x + window.width, area.x + area.width)
  return right - left >= grip.width && window.y >= area.y && window.y + grip.height <= area.y + area.height
}
