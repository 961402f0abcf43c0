import { useEffect } from 'react';
import { usePreference } from './use-preference';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** The appearance. `system` follows the browser's `prefers-color-scheme`. */
export function useTheme() {
  const preference = usePreference<Theme>('dashboard:theme', THEMES, 'system');
  const [theme] = preference;
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return preference;
}
