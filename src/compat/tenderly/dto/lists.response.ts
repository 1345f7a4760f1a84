import { ApiProperty } from '@nestjs/swagger';

export class TenderlyProjectsResponse {
  @ApiProperty({ type: [Object], maxItems: 0, description: 'Always empty: Latchkey has no projects.' })
  projects!: never[];
}

export class TenderlyContractsResponse {
  @ApiProperty({ type: [Object], maxItems: 0, description: 'Always empty: Latchkey has no contracts and no wallets.' })
  accounts!: never[];
}
