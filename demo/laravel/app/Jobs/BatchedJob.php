<?php

namespace App\Jobs;

use Illuminate\Bus\Batchable;

class BatchedJob extends AppJob
{
    use Batchable;

    public function __construct(public string $orderNo)
    {
    }

    public function handle(): void
    {
        $this->behave($this->orderNo);
    }
}
