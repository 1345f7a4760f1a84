/** Markdown that a program has written, as `npm run format:check` wants it. */
import { format, resolveConfig } from 'prettier';

export async function formattedMarkdown(text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(import.meta.filename)), parser: 'markdown' });
}
