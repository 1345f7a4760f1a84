import { ChoiceField } from '../../platform/validation/fields.js';
import { KEY_TYPES } from '../keys/account-keys.js';
import { NETWORK_NAMES, type KeyType, type NetworkName } from '../networks/ledger-network.js';

export class CreateLedgerAccountRequest {
  @ChoiceField(NETWORK_NAMES, { example: 'testnet' }) network!: NetworkName;

  @ChoiceField(KEY_TYPES, { example: 'ed25519' }) keyType!: KeyType;
}
