/** Formats generated Markdown as `npm run format:check` demands. */
import { format, resolveConfig } from 'prettier';

export async function formattedMarkdown(text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(import.meta.filename)), parser: 'markdown' });
}
