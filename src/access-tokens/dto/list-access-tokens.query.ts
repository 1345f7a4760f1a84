import { ChoiceField, EmptyIsAbsent, IdField, TextField } from '../../platform/validation/fields.js';
import { PageQuery } from '../../platform/http/pagination.js';
import { TOKEN_SORTS, TOKEN_STATUSES, type TokenSort, type TokenStatus } from '../token-row.js';

export class ListAccessTokensQuery extends PageQuery {
  @ChoiceField(TOKEN_STATUSES, { optional: true }) status?: TokenStatus;

  @IdField({ optional: true, description: 'The user who created the token.' }) createdBy?: string;

  @EmptyIsAbsent()
  @TextField(1, 100, { optional: true, description: 'Part of the label, in any case.' })
  q?: string;

  @ChoiceField(TOKEN_SORTS, {
    optional: true,
    description:
      'Newest first (the default), or last used first and never used last; what is used while the pages are read may ' +
      'come once more at the end.',
  })
  sort: TokenSort = 'createdAt';
}
