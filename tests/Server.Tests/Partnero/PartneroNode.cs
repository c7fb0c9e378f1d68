using System.Text.Json.Nodes;
using Tributary.Campaigns;
using Tributary.Keys;
using Tributary.Links;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Server.Tests.Support;
using Tributary.Server.Tests.V1;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Partnero;

/// <summary>One node for a class of tests. Each test takes programmes of its own from it.</summary>
public sealed class PartneroNode(PostgresFixture postgres) : IAsyncLifetime
{
    private static int s_lastSite;

    private V1Node node = new(postgres);

    internal PostgresFixture Postgres => postgres;

    /// <summary>A node with other settings than those that tests share.</summary>
    internal static async Task<PartneroNode> StartAsync(PostgresFixture postgres, Func<ServerOptions, ServerOptions> settings) =>
        new(postgres) { node = await V1Node.StartAsync(postgres, settings) };

    internal TestServer Server => node.Server;

    internal HandClock Clock => node.Clock;

    internal T Get<T>()
        where T : notnull => node.Get<T>();

    public ValueTask InitializeAsync() => node.InitializeAsync();

    public ValueTask DisposeAsync() => node.DisposeAsync();

    /// <summary>An empty programme.</summary>
    /// <param name="settings">What differs from the defaults.</param>
    internal async Task<PartneroShop> OpenEmptyAsync(PartneroType type = PartneroType.Affiliate, JsonObject? settings = null)
    {
        settings ??= [];
        settings["partnero"] ??= new JsonObject();
        settings["partnero"]!["type"] = type == PartneroType.Affiliate ? "affiliate" : "refer_a_friend";
        var made = (await Get<ProgramRegister>().CreateAsync(new NewProgram("Your Site", "USD", Settings: settings), V1Node.Operator, default)).Value;
        return new PartneroShop(this, made.Program, (await MintAsync(made.Program, new NewKey(ApiKeyKind.Secret))).Token, made.Publishable.Token);
    }

    /// <summary>
    /// The programme of the dialect's acceptance: yoursite.com with two further sites, a wildcard and a short host, 20 % of each
    /// sale without a hold, and the partner <c>partner_123</c> with the Code <c>JOHN20</c>.
    /// </summary>
    /// <param name="site">A redirect host is one programme's: of several programmes on a node only one has hosts of yoursite.com.</param>
    internal async Task<PartneroShop> OpenAsync(
        PartneroType type = PartneroType.Affiliate, JsonObject? settings = null, bool withHosts = false, string site = "yoursite.com")
    {
        settings ??= [];
        settings["links"] ??= new JsonObject();
        settings["links"]!["site"] = "https://" + site;
        var shop = await OpenEmptyAsync(type, settings);
        shop.Site = site;
        await AddDomainAsync(shop, DomainKind.Site, "shop." + site);
        await AddDomainAsync(shop, DomainKind.Site, "eu." + site);
        if (withHosts)
        {
            await AddDomainAsync(shop, DomainKind.Wildcard, site);
            await AddDomainAsync(shop, DomainKind.Short, "go." + site);
        }
        await StartCampaignAsync(shop);
        if (type == PartneroType.Affiliate)
            (await shop.PostAsync("partners", """{"key":"partner_123","code":"JOHN20","email":"john@partner.example","name":"John"}""")).Ok(201);
        return shop;
    }

    /// <summary>The same on a site of its own, with redirect hosts.</summary>
    internal Task<PartneroShop> OpenVisitedAsync(string links = "{}", string attribution = "{}") => OpenAsync(
        settings: new JsonObject { ["links"] = JsonNode.Parse(links), ["attribution"] = JsonNode.Parse(attribution) },
        withHosts: true,
        site: $"site{Interlocked.Increment(ref s_lastSite)}.example");

    internal async Task AddDomainAsync(PartneroShop shop, DomainKind kind, string host)
    {
        var domains = Get<DomainRegister>();
        var added = (await domains.AddAsync(shop.Program, new NewDomain(kind, host), V1Node.Operator, default)).Value;
        (await domains.VouchAsync(shop.Program, added.Number, V1Node.Operator, default)).Succeeded.ShouldBeTrue();
    }

    private async Task StartCampaignAsync(PartneroShop shop)
    {
        var line = new CampaignLine { Number = 1, Recipient = RewardRole.Referrer, Amount = new PercentAmount(Rate.Of(200_000).Value, new Dictionary<string, long>()) };
        var step = new CampaignStep { Number = 1, Name = "sale", Trigger = StepTrigger.Order, Lines = [line] };
        var campaigns = Get<CampaignStore>();
        var made = (await campaigns.CreateAsync(shop.Program, "20 % of each sale", new CampaignDefinition { Steps = [step], HoldDays = 0 }, V1Node.Operator, default)).Value;
        (await campaigns.ActivateAsync(shop.Program, made.Id, V1Node.Operator, default)).Succeeded.ShouldBeTrue();
    }

    internal Task<MintedKey> MintAsync(ReferralProgram program, NewKey wanted) => node.MintAsync(program, wanted);
}
