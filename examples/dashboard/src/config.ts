import type { DashboardConfig } from './model/directory';
import { EMPTY_DIRECTORY } from './names';

/** What the server says about names. Without it, the dashboard shows IDs. */
export async function readConfig(): Promise<DashboardConfig> {
  try {
    const response = await fetch('/config.json');
    if (response.ok) return (await response.json()) as DashboardConfig;
  } catch {
    // The gateway may be reachable although the file is not.
  }
  return { nameField: null, directory: EMPTY_DIRECTORY };
}
