<?php

namespace App\Console\Commands;

use App\Jobs;
use App\Listeners\TellWarehouse;
use App\Mail\ReceiptMail;
use App\Notifications\RefundedNotification;
use App\OrderPaid;
use Illuminate\Console\Command;
use Illuminate\Events\CallQueuedListener;
use Illuminate\Support\Facades\Bus;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Mail;
use Illuminate\Support\Facades\Notification;
use Illuminate\Support\Facades\Queue;
use Illuminate\Support\Str;

/** Dispatches jobs of one kind, each with its business row, and prints their business keys, one a line. */
class DispatchJobs extends Command
{
    protected $signature = 'fap:dispatch {kind} {count=1} {--key=} {--delay=0}';
    protected $description = 'Dispatch jobs of one kind with their business rows';

    public function handle(): int
    {
        for ($i = 0; $i < (int) $this->argument('count'); $i++) {
            $key = $this->option('key') ?: (string) Str::uuid();
            $this->dispatchOne($this->argument('kind'), $key);
            $this->output->writeln($key);
        }

        return 0;
    }

    private function dispatchOne(string $kind, string $key): void
    {
        $job = match ($kind) {
            'GenerateReportSnapshotJob' => $this->snapshot($key),
            'GenerateReportJob' => $this->reportJob($key),
            'ExecuteApprovalJob' => $this->approval($key),
            'RunContentProbeJob' => $this->probe($key),
            'RefundOrderJob' => $this->refund($key),
            'ReprocessPaymentEventJob' => $this->paymentEvent($key),
            'GenerateInsightJob' => $this->insight($key),
            'SendReceiptJob' => (new Jobs\SendReceiptJob($key))->onConnection('redis')->onQueue('default'),
            'encrypted' => (new Jobs\EncryptedJob($key))->onConnection('database')->onQueue('ops'),
            'listener' => (new CallQueuedListener(TellWarehouse::class, 'handle', [new OrderPaid($key)])),
            default => null,
        };
        if ($kind === 'listener') {
            Queue::connection('database')->pushOn('ops', $job);

            return;
        }
        if ($job !== null) {
            if ((int) $this->option('delay') > 0) {
                $job->delay((int) $this->option('delay'));
            }
            app(\Illuminate\Contracts\Bus\Dispatcher::class)->dispatch($job);

            return;
        }
        match ($kind) {
            'mailable' => Mail::to('customer@example.test')->queue((new ReceiptMail($key))->onConnection('database')->onQueue('ops')),
            'notification' => Notification::route('mail', 'customer@example.test')
                ->notify((new RefundedNotification($key))->onConnection('database')->onQueue('ops')),
            'closure' => dispatch(function () use ($key) {
                \App\Behaviour::of('Closure', $key);
            })->onConnection('database')->onQueue('ops'),
            'chain' => Bus::chain([new Jobs\SendReceiptJob($key), new Jobs\RefundOrderJob($key)])
                ->onConnection('database')->onQueue('ops')->dispatch(),
            'batch' => Bus::batch([new Jobs\BatchedJob($key)])->allowFailures()
                ->onConnection('database')->onQueue('ops')->dispatch(),
            'raw' => Queue::connection('database')->push('App\\RawHandler@sync', ['orderNo' => $key], 'ops'),
        };
    }

    private function snapshot(string $key): Jobs\GenerateReportSnapshotJob
    {
        DB::table('report_snapshots')->insertOrIgnore([
            'attempt_id' => $key, 'scale_code' => 'MBTI', 'pack_id' => 'mbti.zh', 'dir_version' => 'v3',
            'report_json' => '{}', 'status' => 'pending', 'created_at' => now(), 'updated_at' => now(),
        ]);

        return (new Jobs\GenerateReportSnapshotJob($key, 1, 'tok_live_0123456789abcdef'))->onConnection('database_reports')->onQueue('reports');
    }

    private function reportJob(string $key): Jobs\GenerateReportJob
    {
        DB::table('report_jobs')->insertOrIgnore([
            'id' => (string) Str::uuid(), 'attempt_id' => $key, 'status' => 'queued', 'created_at' => now(), 'updated_at' => now(),
        ]);

        return (new Jobs\GenerateReportJob($key))->onConnection('database_reports')->onQueue('reports');
    }

    private function approval(string $key): Jobs\ExecuteApprovalJob
    {
        DB::table('admin_approvals')->insertOrIgnore([
            'id' => $key, 'type' => 'REFUND', 'status' => 'APPROVED', 'reason' => 'customer asked',
            'correlation_id' => (string) Str::uuid(), 'created_at' => now(), 'updated_at' => now(),
        ]);

        return (new Jobs\ExecuteApprovalJob($key))->onConnection('database')->onQueue('ops');
    }

    private function probe(string $key): Jobs\RunContentProbeJob
    {
        DB::table('content_pack_releases')->insertOrIgnore([
            'id' => $key, 'action' => 'publish', 'region' => 'CN', 'locale' => 'zh-CN', 'dir_alias' => 'mbti',
            'status' => 'pending', 'created_at' => now(), 'updated_at' => now(),
        ]);

        return (new Jobs\RunContentProbeJob($key))->onConnection('database')->onQueue('content');
    }

    private function refund(string $key): Jobs\RefundOrderJob
    {
        DB::table('orders')->insertOrIgnore([
            'id' => (string) Str::uuid(), 'order_no' => $key, 'sku' => 'report', 'status' => 'paid',
            'created_at' => now(), 'updated_at' => now(),
        ]);

        return (new Jobs\RefundOrderJob($key))->onConnection('database_commerce')->onQueue('commerce');
    }

    private function paymentEvent(string $key): Jobs\ReprocessPaymentEventJob
    {
        DB::table('payment_events')->insertOrIgnore([
            'id' => $key, 'provider_event_id' => $key, 'payload_json' => '{}', 'handle_status' => 'failed',
            'created_at' => now(), 'updated_at' => now(),
        ]);

        return (new Jobs\ReprocessPaymentEventJob($key))->onConnection('database_commerce')->onQueue('commerce');
    }

    private function insight(string $key): Jobs\GenerateInsightJob
    {
        DB::table('ai_insights')->insertOrIgnore([
            'id' => $key, 'period_type' => 'week', 'period_start' => '2026-11-16', 'period_end' => '2026-11-22',
            'input_hash' => substr(sha1($key), 0, 40), 'prompt_version' => 'p7', 'model' => 'm', 'provider' => 'x',
            'status' => 'queued', 'created_at' => now(), 'updated_at' => now(),
        ]);

        return (new Jobs\GenerateInsightJob($key))->onConnection('redis')->onQueue('insights');
    }
}
