// The public list of `@proj/backend-cpu`.

export { type CpuOptions, cpu } from './cpu.ts'
