const units = ['bytes', 'KiB', 'MiB', 'GiB'] as const

/** `1.5 GiB` */
export function formatBytes(bytes: number): string {
  let [amount, unit] = [bytes, 0]
  for (; amount >= 1024 && unit < units.length - 1; unit++) amount /= 1024
  return `${Number.isInteger(amount) ? amount : amount.toPrecision(amount >= 1000 ? 4 : 3)} ${units[unit]}`
}
