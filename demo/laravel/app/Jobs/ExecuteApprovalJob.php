<?php

namespace App\Jobs;

use Illuminate\Support\Facades\DB;

class ExecuteApprovalJob extends AppJob
{
    public function __construct(public string $approvalId)
    {
    }

    public function handle(): void
    {
        $this->behave($this->approvalId);
        DB::table('admin_approvals')->where('id', $this->approvalId)->update(['status' => 'EXECUTED', 'updated_at' => now()]);
    }
}
