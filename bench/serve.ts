import { serve } from './serving.js';

await serve();
