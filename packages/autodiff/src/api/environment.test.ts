import { expect, it, vi } from 'vitest'
import { getBackend, printEnvironmentInfo, withConfig } from '../index.ts'

it('names the runtime, the backend and the switches', () => {
  const text = withConfig({ threefryPartitionable: false }, () => printEnvironmentInfo({ returnString: true }))
  expect(text).toContain(`Node ${process.version}`)
  expect(text).toContain(`backend: ${getBackend().name} (`)
  expect(text).toContain('threefryPartitionable=false')
})

it('prints unless told otherwise', () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  expect(printEnvironmentInfo()).toBeUndefined()
  expect(log).toHaveBeenCalledWith(printEnvironmentInfo({ returnString: true }))
  log.mockRestore()
})
