import { ApiProperty } from '@nestjs/swagger';

export class ProjectsResponse {
  @ApiProperty({ type: [Object], maxItems: 0, description: 'Always empty: Latchkey has no projects.' })
  projects!: never[];
}

export class ContractsResponse {
  @ApiProperty({ type: [Object], maxItems: 0, description: 'Always empty: Latchkey has no contracts and no wallets.' })
  accounts!: never[];
}
