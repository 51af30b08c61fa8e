/** A tooltip that is made only while the pointer rests on its words: hundreds of them in a list cost nothing. */
import { Tooltip } from '@mantine/core'
import { useEffect, useRef, useState, type ReactNode } from 'react'

const openDelayMs = 350

interface HoverTipProps {
  content: () => ReactNode
  className?: string | undefined
  children: ReactNode
}

export function HoverTip({ content, className, children }: HoverTipProps) {
  const target = useRef<HTMLSpanElement>(null)
  const [isOver, setIsOver] = useState(false)
  const [isOpen, setIsOpen] = useState(false)
  useEffect(() => {
    if (!isOver) return
    const timer = setTimeout(() => setIsOpen(true), openDelayMs)
    return () => clearTimeout(timer)
  }, [isOver])
  const leave = (): void => {
    setIsOver(false)
    setIsOpen(false)
  }
  return (
    <span ref={target} className={className} onPointerEnter={() => setIsOver(true)} onPointerLeave={leave}>
      {children}
      {isOver && <Tooltip target={target} opened={isOpen} label={isOpen ? content() : ''} position="bottom" />}
    </span>
  )
}
