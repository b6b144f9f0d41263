import { readFileSync } from 'node:fs';

/**
 * The most memory this process has had resident, MB. Linux tells it of the program alone; what `resourceUsage` gives begins
 * there with the size of whoever started it.
 */
export function peakMegabytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]) / 1024;
}
