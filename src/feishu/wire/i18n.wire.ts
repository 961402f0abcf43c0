import { z } from 'zod';
import { lenientString } from './lenient';

/** A text in Feishu's two languages, as `{"zh-CN": …, "en-US": …}`. */
export interface I18nWire {
  'zh-CN'?: string | undefined;
  'en-US'?: string | undefined;
}

export const i18nWire: z.ZodType<I18nWire | undefined> = z
  .object({ 'zh-CN': lenientString, 'en-US': lenientString })
  .optional()
  .catch(undefined);
