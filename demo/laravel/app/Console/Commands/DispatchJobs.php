<?php

namespace App\Console\Commands;

use App\BusinessRows;
use App\Jobs;
use App\Mail\ReceiptMail;
use App\Notifications\RefundedNotification;
use App\OrderPaid;
use Illuminate\Console\Command;
use Illuminate\Contracts\Bus\Dispatcher;
use Illuminate\Support\Facades\Bus;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Mail;
use Illuminate\Support\Facades\Notification;
use Illuminate\Support\Facades\Queue;
use Illuminate\Support\Str;

/** Dispatches jobs of one kind, each with its business row, and prints their business keys, one a line. */
class DispatchJobs extends Command
{
    protected $signature = 'fap:dispatch {kind} {count=1} {--key=} {--delay=0} {--queue=}';
    protected $description = 'Dispatch jobs of one kind with their business rows';

    /** In one transaction jobs come a thousand a second; a worker sees them when all are there. */
    public function handle(): int
    {
        DB::transaction(function () {
            for ($i = 0; $i < (int) $this->argument('count'); $i++) {
                $key = $this->option('key') ?: (string) Str::uuid();
                $this->dispatchOne($this->argument('kind'), $key);
                $this->output->writeln($key);
            }
        });

        return 0;
    }

    private function dispatchOne(string $kind, string $key): void
    {
        match ($kind) {
            'listener' => event(new OrderPaid($key)),
            'mailable' => Mail::to('customer@example.test')->queue(self::onOps(new ReceiptMail($key))),
            'notification' => Notification::route('mail', 'customer@example.test')->notify(self::onOps(new RefundedNotification($key))),
            'closure' => self::onOps(dispatch(self::closure($key))),
            'chain' => self::onOps(Bus::chain([new Jobs\SendReceiptJob($key), new Jobs\RefundOrderJob($key)]))->dispatch(),
            'batch' => self::onOps($this->batch($key))->dispatch(),
            'raw' => Queue::connection('database')->push('App\\RawHandler@sync', ['orderNo' => $key], 'ops'),
            default => $this->dispatchJob(BusinessRows::jobFor($kind, $key)),
        };
    }

    private function dispatchJob(Jobs\AppJob $job): void
    {
        if ((int) $this->option('delay') > 0) {
            $job->delay((int) $this->option('delay'));
        }
        if ($this->option('queue') !== null) {
            $job->onQueue($this->option('queue'));
        }
        app(Dispatcher::class)->dispatch($job);
    }

    /** A batch of several jobs, of which failing ones don't stop the others. */
    private function batch(string $key)
    {
        return Bus::batch([new Jobs\BatchedJob($key)])->name('receipts')->allowFailures();
    }

    /** Static, since a closure that knows this command can't be serialised. */
    private static function closure(string $key): \Closure
    {
        return static function () use ($key) {
            \App\Behaviour::of('Closure', $key);
        };
    }

    private static function onOps($what)
    {
        return $what->onConnection('database')->onQueue('ops');
    }
}
