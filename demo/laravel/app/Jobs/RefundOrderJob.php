<?php

namespace App\Jobs;

use Illuminate\Support\Facades\DB;

class RefundOrderJob extends AppJob
{
    public function __construct(public string $orderNo)
    {
    }

    public function handle(): void
    {
        $this->behave($this->orderNo);
        DB::table('orders')->where('order_no', $this->orderNo)->update(['status' => 'refunded', 'updated_at' => now()]);
    }
}
