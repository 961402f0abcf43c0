import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const FOLDERS = (process.env['PATH'] ?? '').split(delimiter);
const executable = NAMES.flatMap((name) => FOLDERS.map((folder) => join(folder, name))).find(
  isExecutable,
);

/**
 * `describe` for tests in a real browser, which get its path. Without one it skips them with a note in the title; in
 * CI it throws instead.
 */
export function describeWithChromium(title: string, tests: (executable: string) => void): void {
  if (executable === undefined && process.env['CI'] !== undefined) {
    throw new Error(`PATH: expected one of ${NAMES.join(', ')} on it in CI, got none`);
  }
  (executable === undefined ? describe.skip : describe)(
    executable === undefined ? `${title} (no Chromium is installed)` : title,
    () => {
      tests(executable ?? '');
    },
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
