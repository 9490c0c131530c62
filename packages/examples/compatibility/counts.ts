export const conformanceCounts = (): Map<string, number> => new Map()
